-- A country's own folder: links and the countries it is compared with.  :country  e.g. 'BEL'
select country_iso3, compare_with, links from contributor where country_iso3 = :country;
