"""The ingest pipeline of every stream: only what the edge cannot do."""

from collections.abc import Mapping
from typing import Any

from obs.model.log_fields import ADDRESS, PLACE
from obs.model.logging import Elasticsearch

Json = dict[str, Any]

PIPELINE = "obs-logs"
FAILED = "ingest-failed"
"""Tag of documents that the pipeline could not finish; they are kept as they came."""
DATABASE = "GeoLite2-City.mmdb"
"""What Elasticsearch downloads by itself; an address it does not know, or a private one, gets no place."""
PROPERTIES = ("continent_name", "country_iso_code", "country_name", "city_name", "location")


def pipeline(elasticsearch: Elasticsearch, meta: Mapping[str, str]) -> Json:
    """The body. Nothing in it can lose a document: what fails is tagged and indexed."""
    return {
        "description": "Logs of obs: the id is kept once, addresses get their place.",
        "processors": [_identity(), *(_place() if elasticsearch.geoip else ())],
        "on_failure": [{"append": {"field": "tags", "value": FAILED}}],
        "_meta": dict(meta),
    }


def _identity() -> Json:
    """Fluentd must keep the id in the record, or what is refused could be neither retried nor put aside.

    Here it is the document's `_id` already; a second copy of random text is a fifth of the disk. Fluentd sends the
    name with a dot in it, which only a script can take away.
    """
    return {"script": {"tag": "identity", "lang": "painless", "source": "ctx.remove('event.hash')"}}


def _place() -> tuple[Json, ...]:
    """geoip reads objects, so the dotted name becomes one first."""
    found = {
        **{"tag": "place", "field": ADDRESS, "target_field": PLACE, "database_file": DATABASE},
        **{"properties": list(PROPERTIES), "ignore_missing": True},
    }
    return {"dot_expander": {"tag": "address", "field": ADDRESS}}, {"geoip": found}
