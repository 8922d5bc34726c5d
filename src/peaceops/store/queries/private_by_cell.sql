-- The user's own events by PRIO-GRID cell between two days; shown to nobody else.  :first :last
select cell, country_iso3, sum(deaths) as best, 0 as civilians, count(*) as events
from private_event where date between :first and :last
group by cell, country_iso3 having sum(deaths) > 0 order by best desc, cell;
