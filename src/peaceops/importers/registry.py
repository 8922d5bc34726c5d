"""Every published file that can be imported."""

from __future__ import annotations

from peaceops.importers.hub_contributions import HUB_CONTRIBUTIONS
from peaceops.importers.ipi_full import HUB_PRE_2010, IPI_FULL
from peaceops.importers.reading import Importer

IMPORTERS: tuple[Importer, ...] = (HUB_CONTRIBUTIONS, HUB_PRE_2010, IPI_FULL)
