-- The UN's targets for the share of women, by category and year.
select category, year, percent, citation_id from parity_target order by category, year;
