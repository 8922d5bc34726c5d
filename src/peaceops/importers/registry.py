"""Every published file that can be imported."""

from __future__ import annotations

from peaceops.importers.acled import ACLED
from peaceops.importers.desk_table import DESK_TABLE
from peaceops.importers.geo_pko import GEO_PKO
from peaceops.importers.hub_contributions import HUB_CONTRIBUTIONS
from peaceops.importers.hub_fatalities import HUB_FATALITIES
from peaceops.importers.hub_justice import HUB_JUSTICE
from peaceops.importers.hub_latest import HUB_LATEST
from peaceops.importers.hub_missions import HUB_PEACEKEEPING, HUB_POLITICAL
from peaceops.importers.hub_money import HUB_BUDGET, HUB_SPENDING
from peaceops.importers.ipi_countries import IPI_COUNTRIES
from peaceops.importers.ipi_full import HUB_PRE_2010, IPI_FULL
from peaceops.importers.ipi_missions import IPI_MISSIONS
from peaceops.importers.reading import Importer
from peaceops.importers.ucdp import UCDP_CANDIDATE, UCDP_GED

IMPORTERS: tuple[Importer, ...] = (
    HUB_CONTRIBUTIONS,
    HUB_PRE_2010,
    HUB_LATEST,
    HUB_PEACEKEEPING,
    HUB_POLITICAL,
    HUB_FATALITIES,
    HUB_JUSTICE,
    HUB_BUDGET,
    HUB_SPENDING,
    IPI_FULL,
    IPI_COUNTRIES,
    IPI_MISSIONS,
    *GEO_PKO,
    UCDP_GED,
    UCDP_CANDIDATE,
    ACLED,
    DESK_TABLE,
)
