-- Every country with its names, its phrases and a point inside.
select c.iso3, iso2, m49, name_en, name_fr, name_nl, name_de, lat, lon, note,
       in_fr, in_nl, in_de, in_en, subject_fr, subject_nl, subject_de, subject_en, plural
from country c left join country_phrase p using (iso3) order by name_en;
