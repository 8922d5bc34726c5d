-- Which operation took over from which.
select operation_id, predecessor_id, citation_id from predecessor order by operation_id, predecessor_id;
