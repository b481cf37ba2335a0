"""What the catalogue reads of one program."""

from obs import library
from obs.model.metric import Metric


def reads(source: str) -> tuple[Metric, ...]:
    """Every declaration of every component that reads from a source of this name."""
    sources = (one for component in library.components().values() for one in component.sources if one.name == source)
    return tuple(metric for one in sources for metric in one.metrics)
