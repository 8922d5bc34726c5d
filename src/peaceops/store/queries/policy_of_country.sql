-- A country's policy, point by point.  :country  e.g. 'BEL'
select position, point_id, section, scheme, text_fr, text_nl, text_de, text_en, start_date, end_date,
       citation_id
from policy_point where country_iso3 = :country order by position;
