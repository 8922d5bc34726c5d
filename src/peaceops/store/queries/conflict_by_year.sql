-- Conflict deaths by country and year.  :country  e.g. 'MLI'
select substr(month, 1, 4) as year, sum(best) as best, sum(low) as low, sum(high) as high, sum(events) as events
from conflict_month where country_iso3 = :country group by 1 order by 1;
