-- Every report and review asked for by a mandate, in order.
select operation_id, symbol, date, kind, due, every, words, citation_id
from duty order by operation_id, date, symbol;
