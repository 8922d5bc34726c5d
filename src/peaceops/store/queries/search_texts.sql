-- Paragraphs of imported texts that hold the words asked for, the newest resolution first.
-- :words         an FTS5 expression
-- :language      of the text
-- :year          '' for any
-- :operation_id  '' for any, else only resolutions that are decisions on this operation
-- :most, :skip
select i.rowid / 32768 as text_id, i.rowid % 32768 as place, count(*) over () as total
from text_index i join resolution_text t on t.text_id = i.rowid / 32768
where text_index match :words
  and t.language = :language
  and (:year = '' or t.year = cast(:year as integer))
  and (:operation_id = '' or t.number in
       (select cast(substr(symbol, 7) as integer) from decision
        where operation_id = :operation_id and symbol like 'S/RES/%'))
order by t.number desc, i.rowid
limit :most offset :skip;
