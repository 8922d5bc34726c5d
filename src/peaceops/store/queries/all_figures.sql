-- Ceilings and strengths of every operation, in order of time.
select operation_id, 'ceiling' as what, kind, persons, start_date as date, citation_id from ceiling
union all
select operation_id, 'strength', kind, persons, date, citation_id from strength
order by 1, 5;
