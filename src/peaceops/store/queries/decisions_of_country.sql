-- Decisions of a country's government or parliament.  :country  e.g. 'BEL'
select operation_id, date, body, action, until, persons, summary, citation_id
from national_decision where country_iso3 = :country order by date;
