-- Where operations' people were stationed in the latest year known up to a year.  :year
select s.operation_id, s.operation_text, s.year, s.place, s.country_iso3, s.lat, s.lon, s.cell, s.troops,
       s.headquarters, s.citation_id
from site s
where s.operation_id is not null
  and s.year = (select max(t.year) from site t where t.operation_id = s.operation_id and t.year <= :year)
order by s.operation_id, s.place;
