-- Conflict deaths by country between two days.  :first :last
select e.country_iso3, e.country_text, sum(e.best) as best, sum(e.low) as low, sum(e.high) as high,
       sum(coalesce(e.civilians, 0)) as civilians, count(*) as events, i.source_id
from event e join import i using (import_id)
where e.is_preferred and e.date_end between :first and :last
group by coalesce(e.country_iso3, e.country_text), i.source_id order by best desc;
