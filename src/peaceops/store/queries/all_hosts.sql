-- Every host of every operation, with its dates there.
select h.operation_id, h.country_iso3, h.start_date, h.end_date, h.citation_id
from operation_host h order by h.operation_id, h.rowid;
