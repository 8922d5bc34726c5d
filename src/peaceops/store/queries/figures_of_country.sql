-- A contributor's people in each operation, month by month and category by category, preferred source.
-- :country  e.g. 'BEL'   :day  no later than this
select operation_id, framework, date, category, sum(persons) as persons, sum(female) as female,
       count(female) = count(*) as by_sex, min(citation_id) as citation_id
from contribution
where country_iso3 = :country and operation_id is not null and is_preferred and date <= :day
group by operation_id, framework, date, category order by operation_id, date;
