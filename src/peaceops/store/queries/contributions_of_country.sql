-- Published figures of one country by operation, latest first.
-- :country  e.g. 'BEL'   :day  no later than this
select operation_id, framework, date, category, sum(persons) as persons, min(citation_id) as citation_id
from contribution
where is_preferred and country_iso3 = :country and operation_id is not null and date <= :day
group by operation_id, framework, date, category order by operation_id, date desc;
