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
  summary_fr text not null default '', summary_nl text not null default '', summary_de text not null default '',
  tasks text not null default '', sets_out integer not null default 0, ceilings text not null default '', chapter_vii integer,
  citation_id integer not null references citation
) strict;

-- a report or review asked for: named days, or an interval counted from them or from the decision
create table duty (
  operation_id text not null references operation,
  symbol text not null, date text not null, kind text not null check (kind in ('report', 'review')),
  due text not null, every text, words text not null default '',
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

-- Published figures, from the catalogue and from imported files ----------------------------------
-- A series is one quantity as one source publishes it: who, in what, of which category. Names stand
-- beside it as the publisher writes them; a name no table knows leaves its id empty, and the series
-- waits, counted, until the name is known (docs/decisions/imports.md).

create table data_card (
  source_id text primary key references source,
  card text not null check (json_valid(card))
) strict, without rowid;

create table import (
  import_id  integer primary key,
  source_id  text not null references source,
  file text not null, sha256 text not null, bytes integer not null, imported_at text not null,
  rows_read integer not null, rows_taken integer not null, rows_set_aside integer not null,
  rows_unknown integer not null,                    -- kept, but under a name no table knows
  first_date text, last_date text,
  citation_id integer not null references citation,
  unique (source_id, sha256)
) strict;

-- why rows were not taken, value by value as written
create table set_aside (
  import_id integer not null references import,
  reason text not null, field text not null, value text not null,
  rows integer not null check (rows > 0), first_row integer not null
) strict;

-- what is merely odd about a file
create table import_note (
  import_id integer not null references import,
  field text not null, message text not null, rows integer not null
) strict;

create table series (
  series_id integer primary key,
  import_id integer references import,              -- null: from the catalogue
  source_id text not null references source,
  country_text text not null, operation_text text not null,
  country_iso3 text references country,             -- null with country_text '*': all contributors
  operation_id text references operation,           -- null with operation_text '*': all operations
  framework text not null,
  category text not null,
  citation_id integer not null references citation
) strict;

create table observation (
  series_id integer not null references series,
  date text not null,
  persons integer not null check (persons >= 0),
  female integer check (female between 0 and persons),  -- null: not told by sex
  is_preferred integer not null default 1,
  primary key (series_id, date)
) strict, without rowid;

-- which source speaks of which operation in which month; of all contributors ('*') or of one
create table coverage (
  source_id text not null references source,
  origin text not null check (origin in ('catalogue', 'import')),
  framework text not null,
  operation_id text not null,                       -- '*': all operations together
  country_iso3 text not null,
  month text not null,
  date text not null,                               -- the latest count of the month
  persons integer,                                  -- all contributors together; null of one
  female integer,
  rank integer not null,                            -- lower is preferred
  is_preferred integer not null default 1,
  primary key (operation_id, month, framework, source_id, origin, country_iso3)
) strict, without rowid;

-- each contributor's people in all operations of a framework in a month, by one source
create table country_month (
  source_id text not null references source,
  origin text not null check (origin in ('catalogue', 'import')),
  framework text not null,
  country_iso3 text not null references country,
  month text not null, date text not null,
  persons integer not null, female integer,
  military integer, police integer, civilian integer,
  operations integer,                               -- null where the source gives totals only
  is_complete integer not null,                     -- the source names every contributor
  place integer,                                    -- 1: the largest contributor; null if not complete
  contributors integer, world integer,
  rank integer not null,
  is_preferred integer not null default 1,
  primary key (country_iso3, framework, month, source_id, origin)
) strict, without rowid;

-- all contributors' people in all operations of a framework in a month, by the preferred source
create table world_month (
  framework text not null, month text not null,
  source_id text not null references source, origin text not null,
  date text not null, persons integer not null, female integer,
  military integer, police integer, civilian integer,
  contributors integer not null, is_complete integer not null,
  primary key (framework, month, source_id, origin)
) strict, without rowid;

create view contribution as
  select s.country_iso3, s.operation_id, s.framework, o.date, s.category, o.persons, o.female,
         o.is_preferred, s.citation_id, s.source_id, s.import_id
  from series s join observation o using (series_id)
  where s.country_iso3 is not null and (s.operation_id is not null or s.operation_text = '*');

create table operation_spelling (
  name text not null collate nocase, operation_id text not null references operation,
  first_day text not null, last_day text not null
) strict;

create table parity_target (
  category text not null, year integer not null, percent real not null,
  citation_id integer not null references citation,
  primary key (category, year)
) strict, without rowid;

-- an operation as the UN lists it: dates and seat, to lay beside the catalogue's
create table operation_listing (
  import_id integer not null references import,
  operation_text text not null, operation_id text references operation,
  name text not null, start_date text, end_date text,
  place text not null, lat real, lon real, is_active text not null, lead text not null,
  citation_id integer not null references citation
) strict;

create table death (
  import_id integer not null references import,
  date text not null,
  country_text text not null, country_iso3 text references country,
  operation_text text not null, operation_id text references operation,
  category text not null, cause text not null,
  sex text not null check (sex in ('', 'f', 'm')),
  persons integer not null check (persons > 0),
  citation_id integer not null references citation
) strict;

create table budget (
  import_id integer not null references import,
  operation_text text not null, operation_id text references operation,
  start_date text not null, end_date text not null,
  class text not null, subclass text not null,
  apportioned_kusd real, spent_kusd real,           -- thousands of United States dollars
  document text not null,
  citation_id integer not null references citation
) strict;

-- conflict deaths; the same event in a later file replaces the earlier
create table event (
  event_id integer not null,
  import_id integer not null references import,
  date_start text not null, date_end text not null,
  country_iso3 text references country, country_text text not null,
  cell integer,                                     -- PRIO-GRID
  lat real, lon real,
  violence integer not null check (violence in (1, 2, 3)),
  best integer not null, low integer not null, high integer not null, civilians integer,
  is_preferred integer not null default 1,
  primary key (event_id, import_id)
) strict, without rowid;

create table conflict_month (
  country_iso3 text not null references country,
  month text not null, source_id text not null references source,
  events integer not null, best integer not null, low integer not null, high integer not null,
  civilians integer not null
) strict;

-- the user's own export, under terms that forbid passing it on: read by no page and no export
create table private_event (
  event_id text not null,
  import_id integer not null references import,
  date text not null, country_iso3 text references country, country_text text not null,
  lat real, lon real, cell integer, event_type text not null, deaths integer not null,
  primary key (event_id, import_id)
) strict, without rowid;

-- where an operation's people are stationed in a year
create table site (
  site_id integer primary key,
  import_id integer not null references import,
  operation_text text not null, operation_id text references operation,
  year integer not null, place text not null, country_text text not null,
  country_iso3 text references country,
  lat real not null check (lat between -90 and 90), lon real not null check (lon between -180 and 180),
  cell integer not null,
  troops integer,                                   -- standard unit sizes, not a count
  headquarters integer, observers integer, police integer, medical integer, aviation integer,
  citation_id integer not null references citation
) strict;

create table site_contributor (
  import_id integer not null references import,
  operation_text text not null, operation_id text references operation,
  year integer not null, place text not null,
  lat real not null, lon real not null,
  country_text text not null, country_iso3 text references country,
  troops integer,
  citation_id integer not null references citation
) strict;

-- types of unit at a site in a year
create table site_unit (
  import_id integer not null references import,
  operation_text text not null, operation_id text references operation,
  year integer not null, place text not null, lat real not null, lon real not null,
  unit text not null,
  citation_id integer not null references citation
) strict;

-- Resolutions imported as texts: one a number and language, its paragraphs as they were read (zlib
-- over JSON, written by resolutions/stored.py). text_index holds no words to show: the row of
-- paragraph n of a text is 32768 * text_id + n, and what is shown comes from the text itself.
create table resolution_text (
  text_id  integer primary key,
  number   integer not null check (number > 0),
  year     integer not null,
  symbol   text not null,
  language text not null check (length(language) = 2),
  date     text,                                    -- of adoption
  form     text not null check (form in ('xml', 'text')),
  file text not null, sha256 text not null, bytes integer not null, imported_at text not null,
  content  blob not null,
  citation_id integer not null references citation,
  unique (number, language)
) strict;

create virtual table text_index using fts5 (
  words, content = '', tokenize = 'unicode61 remove_diacritics 2'
);

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
create index series_by_country on series (country_iso3);
create index series_by_operation on series (operation_id);
create index series_by_import on series (import_id);
create index series_by_source on series (source_id, operation_id, country_iso3);
create index coverage_by_source on coverage (source_id);
create index country_month_by_month on country_month (framework, month);
create index death_by_country on death (country_iso3);
create index death_by_operation on death (operation_id);
create index event_by_day on event (date_end) where is_preferred;
create index conflict_month_by_country on conflict_month (country_iso3, month);
create index conflict_month_by_month on conflict_month (month);
create index site_by_operation on site (operation_id, year);
create index site_by_year on site (year);
create index site_contributor_by_country on site_contributor (country_iso3, year);
create index budget_by_operation on budget (operation_id);
