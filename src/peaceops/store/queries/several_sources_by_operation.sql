-- Months in which several sources give all contributors' people in one operation.  :operation_id
select month, source_id, origin, date, persons, is_preferred
from coverage c
where operation_id = :operation_id and country_iso3 = '*' and persons is not null
  and exists (select 1 from coverage d where d.operation_id = c.operation_id and d.country_iso3 = '*'
              and d.month = c.month and d.persons is not null
              and (d.source_id <> c.source_id or d.origin <> c.origin))
order by month, is_preferred desc, rank;
