-- Months in which several sources give one contributor's people in all operations.  :country  e.g. 'BEL'
select framework, month, source_id, origin, date, persons, is_preferred
from country_month c
where country_iso3 = :country
  and exists (select 1 from country_month d where d.country_iso3 = c.country_iso3
              and d.framework = c.framework and d.month = c.month
              and (d.source_id <> c.source_id or d.origin <> c.origin))
order by framework, month, is_preferred desc, rank;
