-- Command posts held by nationals of a country.  :country  e.g. 'BEL'
select operation_id, post, holder, start_date, end_date, citation_id
from command_post where country_iso3 = :country order by start_date;
