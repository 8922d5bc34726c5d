-- A contributor's people in all operations of each framework, month by month, by the preferred source.
-- :country  e.g. 'BEL'   :month  no later than this
select framework, month, date, source_id, persons, female, military, police, civilian, operations,
       is_complete, place, contributors, world
from country_month where country_iso3 = :country and is_preferred and month <= :month
order by framework, month;
