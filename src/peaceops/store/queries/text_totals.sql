-- Imported texts of resolutions by language: how many, of which days, imported when.
select language, count(*) as texts, min(date) as first_date, max(date) as last_date,
       max(imported_at) as imported_at
from resolution_text group by language order by texts desc, language;
