"""Which format and which compression a scrape asks for (RFC 9110 §12: quality values, wildcards)."""

from collections.abc import Iterator

from obs_exporter.exposition import Format

OFFERS = (
    ("application/openmetrics-text", ("1.0.0", ""), Format.OPENMETRICS),
    ("text/plain", ("0.0.4", ""), Format.TEXT),
)


def format_for(accept: str) -> Format:
    """The format with the highest quality; OpenMetrics before text where both weigh the same, text by default."""
    best, chosen = 0.0, Format.TEXT
    asked = tuple(_items(accept))
    for media_type, versions, offered in OFFERS:
        weights = [q for name, q, given in asked if name == media_type and given.get("version", "") in versions]
        if max(weights, default=0.0) > best:
            best, chosen = max(weights), offered
    return chosen


def gzip_wanted(accept_encoding: str) -> bool:
    """Whether gzip is named, or meant by `*`, with a quality above 0."""
    weights = {name: quality for name, quality, _ in _items(accept_encoding)}
    return weights.get("gzip", weights.get("*", 0.0)) > 0.0


def _items(header: str) -> Iterator[tuple[str, float, dict[str, str]]]:
    """(name, quality, other parameters) of each element of a header."""
    for element in header.split(","):
        name, *parameters = (part.strip().lower() for part in element.split(";"))
        given = {key.strip(): value.strip().strip('"') for key, _, value in (p.partition("=") for p in parameters)}
        try:
            quality = float(given.pop("q", "1"))
        except ValueError:
            quality = 0.0
        if name:
            yield name, quality, given
