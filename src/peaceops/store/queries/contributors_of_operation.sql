-- Published and national figures of each contributor to one operation, latest first.
-- :operation_id  e.g. 'minusma'   :day  no later than this
select country_iso3, date, category, sum(persons) as persons, min(citation_id) as citation_id
from (
  select country_iso3, date, category, persons, citation_id from contribution
  where is_preferred and country_iso3 is not null and operation_id = :operation_id and date <= :day
  union all
  select country_iso3, counted_on, category, persons, citation_id from participation
  where operation_id = :operation_id and measure = 'present' and persons is not null
    and counted_on <= :day
    and not exists (
      select 1 from contribution c
      where c.is_preferred and c.operation_id = :operation_id and c.country_iso3 = participation.country_iso3
        and c.date >= participation.counted_on and c.date <= :day)
)
group by country_iso3, date, category
order by country_iso3, date desc;
