"""The parts of the platform whose tables can be asked, by name."""

from collections.abc import Mapping

from obs_db_exporter.barong import BARONG
from obs_db_exporter.business import Part
from obs_db_exporter.peatio import PEATIO

PARTS: Mapping[str, Part] = {"barong": BARONG, "peatio": PEATIO}
