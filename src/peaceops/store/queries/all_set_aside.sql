-- Rows set aside, by import, reason and value as written.
select import_id, reason, field, value, rows, first_row from set_aside order by import_id, rows desc;
