-- The embedded store. Built afresh and opened read-only, so nothing needs migrating.
-- Every fact carries a citation: citation_id is not null wherever a table states one.

create table meta (key text primary key, value text not null) strict, without rowid;

create table source (
  source_id  text primary key,
  title      text not null,
  publisher  text not null,
  kind       text not null,
  url        text not null check (url like 'http%'),
  date       text,
  trust      text not null check (trust in ('verified', 'partial', 'unverified')),
  licence    text not null default '',
  note       text not null default ''
) strict, without rowid;

create table citation (
  citation_id integer primary key,
  source_id   text not null references source,
  locator     text not null default '',
  trust       text not null check (trust in ('verified', 'partial', 'unverified')),
  note        text not null default '',
  unique (source_id, locator, trust, note)
) strict;

create table country (
  iso3 text primary key check (length(iso3) = 3),
  iso2 text not null, m49 text not null, gw text not null, cow text not null,
  name_en text not null, name_fr text not null, name_nl text not null, name_de text not null,
  lat real, lon real, note text not null
) strict, without rowid;

create table country_name (
  name text primary key collate nocase,
  iso3 text not null references country
) strict, without rowid;

-- how a sentence names a country: as the place where, and as who acts
create table country_phrase (
  iso3 text primary key references country,
  in_fr text not null, in_nl text not null, in_de text not null, in_en text not null,
  subject_fr text not null, subject_nl text not null, subject_de text not null,
  subject_en text not null, plural text not null
) strict, without rowid;

create table concept (
  scheme text not null, concept_id text not null, position integer not null,
  label_fr text not null, label_nl text not null, label_de text not null, label_en text not null,
  text_fr text not null, text_nl text not null, text_de text not null, text_en text not null,
  start_date text, end_date text, parent_id text, url text not null,
  citation_id integer not null references citation,
  primary key (scheme, concept_id)
) strict, without rowid;

create table operation (
  operation_id  text primary key,
  framework     text not null,
  kind          text not null,
  area          text not null,
  official_page text,
  note          text not null,
  -- the preferred dates, and the days they can mean at the most
  start_date    text, start_trust text, first_day text,
  end_date      text, end_trust   text, last_day  text
) strict, without rowid;

create table operation_name (
  operation_id text not null references operation,
  position integer not null, lang text not null, name text not null, acronym text not null,
  citation_id integer not null references citation,
  primary key (operation_id, position)
) strict, without rowid;

create table operation_alias (
  operation_id text not null references operation, alias text not null,
  primary key (operation_id, alias)
) strict, without rowid;

create table operation_host (
  operation_id text not null references operation,
  country_iso3 text not null references country,
  start_date text, end_date text,
  citation_id integer not null references citation
) strict;

create table headquarters (
  operation_id text not null references operation,
  place text not null, country_iso3 text not null references country,
  lat real not null check (lat between -90 and 90), lon real not null check (lon between -180 and 180),
  start_date text, end_date text,
  citation_id integer not null references citation
) strict;

-- start, end: when it began and ended, one of each preferred; active: a day on which a source saw it at work
create table operation_date (
  operation_id text not null references operation,
  what text not null check (what in ('start', 'end', 'active')),
  date text not null, is_preferred integer not null, why text not null,
  citation_id integer not null references citation
) strict;

create table decision (
  decision_id  integer primary key,
  operation_id text not null references operation,
  symbol text not null, date text not null, first_day text not null,
  action text not null, until text, is_open_ended integer not null,
  summary text not null,
  tasks text not null default '', ceilings text not null default '', chapter_vii integer,
  citation_id integer not null references citation
) strict;

create table ceiling (
  operation_id text not null references operation,
  kind text not null, persons integer not null check (persons >= 0), start_date text not null,
  citation_id integer not null references citation
) strict;

create table strength (
  operation_id text not null references operation,
  kind text not null, persons integer not null check (persons >= 0), date text not null,
  citation_id integer not null references citation
) strict;

create table predecessor (
  operation_id text not null references operation,
  predecessor_id text not null references operation,
  citation_id integer not null references citation
) strict;

-- What a country's own folder says -------------------------------------------------------------

create table contributor (
  country_iso3 text primary key references country,
  compare_with text not null, links text not null
) strict, without rowid;

create table policy_point (
  country_iso3 text not null references contributor,
  position integer not null, point_id text not null, section text not null, scheme text not null,
  text_fr text not null, text_nl text not null, text_de text not null, text_en text not null,
  start_date text, end_date text,
  citation_id integer not null references citation,
  primary key (country_iso3, position)
) strict, without rowid;

create table participation (
  participation_id integer primary key,
  country_iso3 text not null references contributor,
  operation_id text references operation,           -- null: all of a framework together
  framework    text not null,
  category     text not null, functions text not null,
  start_date text, end_date text,
  persons integer check (persons >= 0), counted_on text, measure text not null,
  citation_id integer not null references citation
) strict;

create table command_post (
  country_iso3 text not null references contributor,
  operation_id text not null references operation,
  post text not null, holder text not null, start_date text, end_date text,
  citation_id integer not null references citation
) strict;

create table national_decision (
  country_iso3 text not null references contributor,
  operation_id text references operation,
  date text not null, body text not null, action text not null, until text, persons integer,
  summary text not null,
  citation_id integer not null references citation
) strict;

create table national_death (
  country_iso3 text not null references contributor,
  operation_id text references operation,
  date text, persons integer not null, category text, cause text,
  citation_id integer not null references citation
) strict;

-- Published figures for every contributor, from the catalogue and from imported files ------------

create table contribution (
  country_iso3 text not null references country,
  operation_id text references operation,           -- null: all of the framework together
  framework text not null,
  date text not null,
  category text not null,
  sex text not null default '' check (sex in ('', 'f', 'm')),
  persons integer not null check (persons >= 0),
  citation_id integer not null references citation
) strict;

create index operation_name_by_operation on operation_name (operation_id);
create index operation_host_by_operation on operation_host (operation_id);
create index operation_host_by_country on operation_host (country_iso3);
create index operation_date_by_operation on operation_date (operation_id);
create index headquarters_by_operation on headquarters (operation_id);
create index decision_by_operation on decision (operation_id, first_day);
create index decision_by_until on decision (until);
create index ceiling_by_operation on ceiling (operation_id);
create index strength_by_operation on strength (operation_id);
create index predecessor_by_operation on predecessor (operation_id);
create index participation_by_country on participation (country_iso3, operation_id);
create index participation_by_operation on participation (operation_id);
create index command_post_by_country on command_post (country_iso3);
create index contribution_by_country on contribution (country_iso3, date);
create index contribution_by_operation on contribution (operation_id, date);
