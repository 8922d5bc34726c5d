-- Whether any place of deployment is known.
select 1 as one from site limit 1;
