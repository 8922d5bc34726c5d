-- Every country with a figure or a participation anywhere.
select country_iso3 from series where country_iso3 is not null union select country_iso3 from participation order by 1;
