-- Every concept of every scheme, in order.
select scheme, concept_id, label_fr, label_nl, label_de, label_en, text_fr, text_nl, text_de, text_en,
       start_date, end_date, parent_id, url, citation_id
from concept order by scheme, position;
