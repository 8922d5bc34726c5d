-- Deaths in one operation by cause and year.  :operation_id  e.g. 'unifil'   :day  no later than this
select cause, substr(date, 1, 4) as year, sum(persons) as persons, min(citation_id) as citation_id
from death where operation_id = :operation_id and date <= :day
group by 1, 2 order by 2, 1;
