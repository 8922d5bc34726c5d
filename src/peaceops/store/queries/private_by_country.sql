-- The user's own events by country between two days; shown to nobody else.  :first :last
select country_iso3, country_text, sum(deaths) as best, sum(deaths) as low, sum(deaths) as high,
       0 as civilians, count(*) as events, 'acled' as source_id
from private_event where date between :first and :last
group by coalesce(country_iso3, country_text) order by best desc;
