-- Categories of all contributors' people in one operation on the latest day of each month.
-- :operation_id  e.g. 'minusma'   :day  no later than this
select date, category, sum(persons) as persons, sum(female) as female,
       count(female) = count(*) as by_sex
from (
  select o.date, s.category, o.persons, o.female
  from series s join observation o using (series_id)
  where s.operation_id = :operation_id and o.is_preferred and o.date <= :day
    and s.category <> 'total'
)
group by date, category order by date, category;
