-- Why rows of imported files were not taken: reason, field, how many, with one value as written.
select import_id, reason, field, sum(rows) as rows, min(value) as example
from set_aside
group by import_id, reason, field
order by import_id, rows desc;
