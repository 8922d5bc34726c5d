-- One imported text as it is kept.
-- :text_id
select content from resolution_text where text_id = :text_id;
