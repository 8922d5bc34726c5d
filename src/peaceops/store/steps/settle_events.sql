-- A new file of a source holds some of the events of earlier files: those it repeats are replaced.
-- :source_id  :import_id  the new file
delete from event
where import_id in (select import_id from import where source_id = :source_id and import_id < :import_id)
  and event_id in (select event_id from event where import_id = :import_id);
