-- Each contributor's people in one operation in one month, by category.
-- :operation_id  e.g. 'minusma'   :first :last  days of the month
select country_iso3, category, date, sum(persons) as persons, sum(female) as female,
       count(female) = count(*) as by_sex, min(citation_id) as citation_id
from contribution
where operation_id = :operation_id and is_preferred and country_iso3 is not null
  and date between :first and :last
group by country_iso3, category, date;
