-- One contributor's people in each operation by date and source, preferred or not; totals where there are no parts.
-- :country  e.g. 'BEL'   :day  no later than this
select operation_id, date, source_id, is_preferred, citation_id,
       coalesce(sum(case when category <> 'total' then persons end), max(persons)) as persons
from contribution
where country_iso3 = :country and operation_id is not null and date <= :day
group by operation_id, date, source_id, is_preferred, citation_id
order by operation_id, date;
