-- Every country with its names and a point inside.
select iso3, iso2, m49, name_en, name_fr, name_nl, name_de, lat, lon, note from country order by name_en;
