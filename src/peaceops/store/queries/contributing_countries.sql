-- Every country with a figure or a participation anywhere.
select country_iso3 from contribution union select country_iso3 from participation order by 1;
