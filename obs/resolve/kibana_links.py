"""Addresses in Kibana: a saved search or a dashboard over a time, narrowed by filters."""

from obs.conventions import DATA_VIEW

GRAFANA_TIME = "from:'${__from:date:iso}',to:'${__to:date:iso}'"
LAST_HOUR = "from:now-1h,to:now"
"""What an alert's link shows until the message template puts the alert's own time there."""
Filters = tuple[tuple[str, str], ...]
"""(field of documents, label of the alert or variable of the dashboard) pairs."""


def alert_logs_url(base: str, search: str, filters: Filters) -> str:
    """Alert annotation: a saved search for the alert's own labels (Prometheus template syntax)."""
    found = [_equal(field, f"{{{{ $labels.{label} | urlquery }}}}") for field, label in filters]
    return _discover(base, search, LAST_HOUR, found)


def panel_logs_url(base: str, search: str, filters: Filters) -> str:
    """Panel link: a saved search over the dashboard's time, for its chosen variables (Grafana's variable syntax)."""
    return _discover(base, search, GRAFANA_TIME, [_like(field, f"${{{label}:regex}}") for field, label in filters])


def board_url(base: str, board: str) -> str:
    """Dashboard link: a Kibana dashboard over the same time (Grafana's variable syntax)."""
    return f"{base}/app/dashboards#/view/{board}?_g={_safe(f'(time:({GRAFANA_TIME}))')}"


def _discover(base: str, search: str, time: str, filters: list[str]) -> str:
    chosen = f"&_a={_safe('(filters:!(' + ','.join(filters) + '))')}" if filters else ""
    return f"{base}/app/discover#/view/{search}?_g={_safe(f'(time:({time}))')}{chosen}"


def _equal(field: str, value: str) -> str:
    """Kibana's own filter for one value, as its filter bar makes it."""
    meta = f"alias:!n,disabled:!f,index:{DATA_VIEW},key:{field},negate:!f,params:(query:'{value}'),type:phrase"
    return f"('$state':(store:appState),meta:({meta}),query:(match_phrase:({field}:'{value}')))"


def _like(field: str, value: str) -> str:
    """A filter for several values at once, or for all: what Grafana makes of a variable is a regular expression."""
    meta = f"alias:{field},disabled:!f,index:{DATA_VIEW},key:query,negate:!f,type:custom"
    return f"('$state':(store:appState),meta:({meta}),query:(regexp:({field}:'{value}')))"


def _safe(rison: str) -> str:
    """Kibana's notation with parentheses and quotes escaped, so that no channel's link syntax ends at them."""
    return rison.replace("(", "%28").replace(")", "%29").replace("'", "%27").replace("$state", "%24state")
