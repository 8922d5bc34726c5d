-- The latest month in which a source names every contributor to UN operations, one by one.  :month  no later
select max(w.date) as date from world_month w
where w.is_complete and w.framework = 'un' and w.month <= :month
  and exists (select 1 from coverage c where c.source_id = w.source_id and c.origin = w.origin
              and c.framework = 'un' and c.operation_id <> '*');
