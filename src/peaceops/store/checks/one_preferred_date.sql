-- Each operation has at most one preferred start and one preferred end.
select operation_id, what, count(*) from operation_date
where is_preferred and what in ('start', 'end')
group by operation_id, what having count(*) > 1;
