-- One citation of each source of imported or published figures.
select source_id, min(citation_id) as citation_id from citation group by source_id;
