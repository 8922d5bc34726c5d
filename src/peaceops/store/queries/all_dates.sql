-- Every start, end and day of confirmed activity, preferred or not.
select operation_id, what, date, is_preferred, why, citation_id from operation_date
order by operation_id, what, date;
