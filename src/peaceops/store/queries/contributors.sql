-- Countries that have a folder of their own.
select country_iso3 from contributor order by country_iso3;
