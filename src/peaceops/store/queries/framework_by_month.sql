-- Military, police and civilian people of all contributors in a framework, month by month.
-- :month  no later than this
select framework, month, date, source_id, persons, female, military, police, civilian, contributors, is_complete
from world_month where month <= :month order by framework, month;
