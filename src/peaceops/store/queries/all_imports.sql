-- What was imported, file by file.
select import_id, source_id, file, sha256, bytes, imported_at, rows_read, rows_taken, rows_set_aside,
       rows_unknown, first_date, last_date
from import order by source_id, import_id;
