-- Published figures of one country by operation: the first count, the last, and the last that was not zero.
-- :country  e.g. 'BEL'   :day  no later than this
with mine as materialized (
  select operation_id, framework, date, category, persons, citation_id from contribution
  where is_preferred and country_iso3 = :country and operation_id is not null and date <= :day
),
days as (
  select operation_id as op, min(date) as first, max(date) as last,
         max(case when persons > 0 then date end) as present
  from mine group by operation_id
)
select operation_id, framework, date, category, sum(persons) as persons, min(citation_id) as citation_id
from mine join days on op = operation_id and date in (first, last, present)
group by operation_id, framework, date, category order by operation_id, date desc;
