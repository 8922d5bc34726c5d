-- All contributors' people in each operation in one month, by the preferred source.  :month  e.g. '2014-03'
select operation_id, persons, female, source_id from coverage
where month = :month and country_iso3 = '*' and is_preferred and persons is not null;
