-- Countries of which a figure or a folder is known: code, whether it has a folder, newest figure.
select iso3, max(has_folder) as has_folder, max(newest) as newest
from (
  select country_iso3 as iso3, 1 as has_folder, null as newest from contributor
  union all
  select country_iso3, 0, max(date) from country_month group by country_iso3
)
group by iso3 order by iso3;
