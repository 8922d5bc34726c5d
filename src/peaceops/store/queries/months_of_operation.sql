-- All contributors' people in one operation, month by month, by the preferred source.
-- :operation_id  e.g. 'minusma'   :month  no later than this
select month, date, source_id, persons, female from coverage
where operation_id = :operation_id and country_iso3 = '*' and is_preferred and month <= :month
  and persons is not null
order by month;
