-- Months in which a source names every contributor of a framework: who is absent sent nobody.
-- :month  no later than this
select framework, month, date, source_id, contributors, persons as world from world_month
where is_complete and month <= :month order by framework, month;
