-- Conflict deaths by PRIO-GRID cell and country between two days.  :first :last
select e.cell, e.country_iso3, sum(e.best) as best, sum(coalesce(e.civilians, 0)) as civilians, count(*) as events
from event e
where e.is_preferred and e.date_end between :first and :last
group by e.cell, e.country_iso3 having sum(e.best) > 0 order by best desc, e.cell;
