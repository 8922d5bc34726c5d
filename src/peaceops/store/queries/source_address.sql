-- Where one source card leads.
-- :source_id  e.g. 'un-sc-res-2100'
select url from source where source_id = :source_id
