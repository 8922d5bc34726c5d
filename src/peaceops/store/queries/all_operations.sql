-- Every operation with its preferred dates.
select operation_id, framework, kind, area, official_page, note,
       start_date, start_trust, first_day, end_date, end_trust, last_day
from operation order by first_day is null, first_day, operation_id;
