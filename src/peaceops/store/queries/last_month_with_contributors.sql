-- The latest day on which contributors to an operation are counted.  :operation_id   :day  no later than this
select max(date) as date from coverage
where operation_id = :operation_id and is_preferred and date <= :day
  and not (country_iso3 = '*' and source_id in ('ipi-missions'));
