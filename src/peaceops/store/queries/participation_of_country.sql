-- What a country's folder says of its people in operations.
-- :country  e.g. 'BEL'
select operation_id, framework, category, functions, start_date, end_date, persons, counted_on,
       measure, citation_id
from participation where country_iso3 = :country order by operation_id, coalesce(counted_on, start_date);
