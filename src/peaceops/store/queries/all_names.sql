-- Every official name of every operation, with its source.
select n.operation_id, n.lang, n.name, n.acronym, c.source_id, c.locator, c.trust
from operation_name n join citation c using (citation_id) order by n.operation_id, n.position;
