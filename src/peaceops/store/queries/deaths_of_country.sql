-- Deaths of a country's people in operations.  :country  e.g. 'BEL'
select operation_id, date, persons, category, cause, citation_id
from national_death where country_iso3 = :country order by date;
