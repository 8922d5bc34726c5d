-- The last day of the user's own conflict data, no later than a day.  :day
select max(date) as last_day, max(date) is not null as any from private_event where date <= :day;
