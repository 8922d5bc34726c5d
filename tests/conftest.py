"""What every test may ask for: the published files of ../shared, or a loud skip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from peaceops.build import build_database
from peaceops.store import Database, open_database

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published files; the test is skipped, with a reason, where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs the published files of ../shared, which are not on this machine")
    return SHARED


MINI: dict[str, str] = {
    "countries.csv": """iso3,iso2,m49,gw,cow,name_en,name_fr,name_nl,name_de,lat,lon,note
XAA,XA,,,,Aland,Alande,Aland,Aland,1.0,2.0,
XBB,XB,,,,Beland,Bélande,Beland,Beland,5.0,6.0,
""",
    "country_names.csv": "name,iso3,note\nA-land,XAA,\n",
    "decision_summaries.csv": "en,fr,nl,de\nSets it up.,La crée.,Richt ze op.,Richtet sie ein.\n",
    "tasks.csv": "task,definition,not,label_en,label_fr,label_nl,label_de\n"
    "elections,Help with elections.,,Elections,Élections,Verkiezingen,Wahlen\n",
    "country_phrases.csv": "iso3,in_fr,in_nl,in_de,in_en,subject_fr,subject_nl,subject_de,"
    "subject_en,plural\nXBB,en Bélande,in Beland,in Beland,in Beland,la Bélande,Beland,Beland,"
    "Beland,\nXAA,en Alande,in Aland,in Aland,in Aland,l'Alande,Aland,Aland,Aland,\n",
    "sources/mini.csv": """id,title,publisher,kind,date,url,trust,licence,note
doc-one,Founding paper,Council,resolution,2001-02-03,https://example.org/1,verified,,
doc-two,Renewal,Council,resolution,2009-06-01,https://example.org/2,verified,,
doc-end,Closing paper,Council,resolution,2012-06-01,https://example.org/3,verified,,
ministry,Page of a ministry,Ministry,page,2010-05-02,https://example.org/4,partial,,
""",
    "operations/unxyz.yaml": """id: unxyz
framework: un
kind: peacekeeping
names:
  - {lang: en, name: United Nations Mission XYZ in Aland, acronym: UNXYZ, source: doc-one}
  - {lang: fr, name: Mission des Nations Unies XYZ en Alande, acronym: MXYZ, source: doc-one}
hosts:
  - {country: XAA, source: doc-one}
start:
  - {date: 2001-02-03, source: doc-one, at: para. 1}
end:
  - {date: 2012-12-31, source: doc-end, at: para. 2}
headquarters:
  - {place: Capital, country: XAA, lat: 1.5, lon: 2.5, source: doc-one}
decisions:
  - {symbol: R/1, date: 2001-02-03, action: establish, until: 2009-06-30, source: doc-one,
     summary: Sets it up.}
  - {symbol: R/2, date: 2009-06-01, action: extend, until: 2012-06-30, source: doc-two}
  - {symbol: R/3, date: 2012-06-01, action: terminate, until: 2012-12-31, source: doc-end}
ceilings:
  - {kind: military, persons: 500, start: 2001-02-03, source: doc-one}
""",
    "operations/eulapse.yaml": """id: eulapse
framework: eu
kind: civilian
names:
  - {lang: en, name: EU Mission Lapse, acronym: EULAPSE, source: doc-one}
hosts:
  - {country: XAA, source: doc-one}
start:
  - {date: 2008-01, source: doc-one}
decisions:
  - {symbol: D/1, date: 2008-01-15, action: launch, until: 2010-01-14, source: doc-one}
""",
    "operations/natoopen.yaml": """id: natoopen
framework: nato
kind: military
names:
  - {lang: en, name: Operation Open, acronym: NOPEN, source: doc-one}
hosts:
  - {country: XAA, source: doc-one}
start:
  - {date: 1999, source: doc-one}
decisions:
  - {symbol: N/1, date: 1999, action: launch, open_ended: true, source: doc-one}
""",
    "contributors/XBB/country.yaml": """country: XBB
links: {Ministry: 'https://example.org/ministry'}
compare_with: [XAA]
policy:
  - id: aim
    section: aim
    source: ministry
    text: {fr: Peu mais bien., nl: Weinig maar goed., de: Wenige gut., en: Few but good.}
""",
    "contributors/XBB/participation.csv": "operation,framework,category,functions,start,end,"
    "persons,counted_on,measure,source,at,trust,note\n"
    "unxyz,,staff-officer,staff;command,2009-01,,12,2010-05-01,present,ministry,,,\n"
    "unxyz,,military-expert,observation,,2011-03,,,present,ministry,,,\n",
    "contributors/XBB/decisions.csv": "date,body,operation,action,until,persons,summary,source,"
    "at,trust,note\n2009-02-01,Government,unxyz,join,2010-12-31,15,,ministry,,,\n",
}


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A small, sound catalogue in a folder of its own, which a test may spoil."""
    folder = tmp_path / "catalogue"
    for name, text in MINI.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def mini_db(mini: Path, tmp_path: Path) -> Iterator[Database]:
    """The small catalogue as an open database."""
    build_database(tmp_path / "mini.db", mini)
    database = open_database(tmp_path / "mini.db")
    yield database
    database.close()


@pytest.fixture(scope="session")
def real_db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The project's own catalogue as an open database, built once a session."""
    path = tmp_path_factory.mktemp("real") / "peaceops.db"
    build_database(path)
    database = open_database(path)
    yield database
    database.close()
