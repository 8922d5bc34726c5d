-- Nobody counts people present in an operation more than a year before it began.
select p.country_iso3, p.operation_id, p.counted_on, o.start_date
from participation p join operation o using (operation_id)
where p.measure = 'present' and p.counted_on is not null and o.first_day is not null
  and date(substr(p.counted_on || '-12-31', 1, 10), '+1 year') < o.first_day;
