-- Candidate events count only after the last day that a yearly release covers; then deaths by
-- country and month anew.
update event set is_preferred = 1 where is_preferred = 0;
update event set is_preferred = 0
where import_id in (select import_id from import where source_id = 'ucdp-candidate')
  and date_end <= (select max(e.date_end) from event e join import i using (import_id)
                   where i.source_id = 'ucdp-ged' and i.rows_taken > 20000);
delete from conflict_month;
insert into conflict_month
  select e.country_iso3, substr(e.date_end, 1, 7), i.source_id,
         count(*), sum(e.best), sum(e.low), sum(e.high), sum(coalesce(e.civilians, 0))
  from event e join import i using (import_id)
  where e.is_preferred and e.country_iso3 is not null
  group by 1, 2, 3;
