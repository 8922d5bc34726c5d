-- What one operation was given and spent, by budget year, in thousands of US dollars.
-- :operation_id  e.g. 'unifil'   :day  no later than this
select start_date, end_date, sum(apportioned_kusd) as apportioned_kusd, sum(spent_kusd) as spent_kusd,
       min(document) as document, min(citation_id) as citation_id
from budget where operation_id = :operation_id and start_date <= :day
group by start_date, end_date, import_id order by start_date;
