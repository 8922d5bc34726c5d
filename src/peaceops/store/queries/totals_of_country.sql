-- Published totals of one country over all operations of a framework, by date and category.
-- :country  e.g. 'BEL'   :day  no later than this
select framework, date, category, sum(persons) as persons, min(citation_id) as citation_id
from contribution
where is_preferred and country_iso3 = :country and operation_id is null and date <= :day
group by framework, date, category order by framework, date;
