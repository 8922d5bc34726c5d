-- Every citation with its source.
select c.citation_id, c.source_id, c.locator, c.trust, c.note, s.title, s.publisher, s.url, s.date, s.kind
from citation c join source s using (source_id);
