-- Every seat of every operation.
select operation_id, place, country_iso3, lat, lon, start_date, end_date, citation_id
from headquarters order by operation_id, rowid;
