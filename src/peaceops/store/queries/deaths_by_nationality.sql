-- Deaths of a country's people, as the UN lists them, by operation, cause, category and year.
-- :country  e.g. 'BEL'   :day  no later than this
select operation_id, operation_text, cause, category, substr(date, 1, 4) as year,
       sum(persons) as persons, min(citation_id) as citation_id
from death where country_iso3 = :country and date <= :day
group by 1, 2, 3, 4, 5 order by 5, 1;
