-- Every resolution whose text was imported, without the text.
select text_id, number, year, symbol, language, date, file, sha256, imported_at
from resolution_text order by number, language;
