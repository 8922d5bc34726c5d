-- The last day of the conflict data, reviewed or not, no later than a day.  :day
select max(date_end) as last_day, max(date_end) is not null as any from event where is_preferred and date_end <= :day;
