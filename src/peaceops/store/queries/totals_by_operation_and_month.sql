-- All contributors' people by operation and month, by the preferred source.  :first :last  months
select operation_id, month, persons from coverage
where country_iso3 = '*' and is_preferred and persons is not null and operation_id <> '*'
  and month between :first and :last;
