-- Which source is used where several speak of the same thing (docs/decisions/imports.md): one that names
-- every contributor before one that does not; among equals the one of lowest rank.
update coverage set is_preferred = 1 where is_preferred = 0;
update country_month set is_preferred = 1 where is_preferred = 0;
update observation set is_preferred = 1 where is_preferred = 0;

create temp table best as
  select framework, operation_id, country_iso3, month, min(rank) as rank
  from coverage group by 1, 2, 3, 4;
create index temp.best_by_key on best (framework, operation_id, country_iso3, month);

update coverage set is_preferred = 0
where exists (
  select 1 from best b
  where b.framework = coverage.framework and b.operation_id = coverage.operation_id
    and b.month = coverage.month
    and (b.country_iso3 = coverage.country_iso3 and b.rank < coverage.rank
         or b.country_iso3 = '*' and coverage.country_iso3 <> '*'));

create temp table best_total as
  select framework, month, country_iso3, min(rank) as rank from country_month group by 1, 2, 3;
create index temp.best_total_by_key on best_total (framework, month, country_iso3);
create temp table complete_total as
  select framework, month, min(rank) as rank from country_month where is_complete group by 1, 2;
create index temp.complete_total_by_key on complete_total (framework, month);

update country_month set is_preferred = 0
where exists (
    select 1 from complete_total b
    where b.framework = country_month.framework and b.month = country_month.month
      and (not country_month.is_complete or b.rank < country_month.rank))
  or not is_complete and exists (
    select 1 from best_total b
    where b.framework = country_month.framework and b.month = country_month.month
      and b.country_iso3 = country_month.country_iso3 and b.rank < country_month.rank);

create temp table losing as
  select s.series_id, c.month
  from coverage c
  cross join series s indexed by series_by_source on s.source_id = c.source_id and s.operation_id = c.operation_id
    and s.framework = c.framework
  where not c.is_preferred and (s.import_id is null) = (c.origin = 'catalogue')
    and (c.country_iso3 = '*' or s.country_iso3 = c.country_iso3)
  union all
  select s.series_id, c.month
  from coverage c
  cross join series s indexed by series_by_source on s.source_id = c.source_id and s.operation_id is null
    and s.operation_text = '*' and s.framework = c.framework
  where not c.is_preferred and c.operation_id = '*'
    and (s.import_id is null) = (c.origin = 'catalogue')
    and (c.country_iso3 = '*' or s.country_iso3 = c.country_iso3);

update observation set is_preferred = 0
where (series_id, date) in (
  select l.series_id, o.date
  from losing l cross join observation o
  where o.series_id = l.series_id and o.date >= l.month and o.date <= l.month || '-99');

drop table losing;
drop table best;
drop table best_total;
drop table complete_total;

delete from world_month;
insert into world_month
  select framework, month, source_id, origin, max(date), coalesce(max(world), sum(persons)),
         case when count(female) = count(*) then sum(female) end,
         case when count(military) = count(*) then sum(military) end,
         case when count(police) = count(*) then sum(police) end,
         case when count(civilian) = count(*) then sum(civilian) end,
         count(*) filter (where persons > 0), max(is_complete)
  from country_month where is_preferred
  group by framework, month, source_id, origin;
