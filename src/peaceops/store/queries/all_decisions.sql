-- Every decision of every operation, in order.
select operation_id, symbol, date, first_day, action, until, is_open_ended, summary,
       summary_fr, summary_nl, summary_de, tasks, sets_out, ceilings, chapter_vii, citation_id
from decision order by operation_id, first_day, decision_id;
