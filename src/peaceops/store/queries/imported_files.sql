-- Every imported file: from which source, when, how many rows were read, taken, set aside.
select i.import_id, i.source_id, s.title, s.url, i.file, i.imported_at, i.rows_read, i.rows_taken,
       i.rows_set_aside, i.rows_unknown, i.first_date, i.last_date
from import i join source s using (source_id)
order by s.title, i.imported_at;
