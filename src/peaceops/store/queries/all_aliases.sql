-- Every other spelling of every operation.
select operation_id, alias from operation_alias order by operation_id, alias;
