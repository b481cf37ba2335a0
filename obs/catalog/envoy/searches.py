"""What people ask of the gateway's access log."""

from obs.model.search import LINES, Board, Chart, Measure, Search

ACCESS = "event.dataset: envoy.access"
SLOW = "event.duration >= 1000000000 and not http.response.status_code: 101"
"""A second; WebSockets last as long as people look."""
TIME = Measure(label="p95", operation="percentile", field="event.duration", nanoseconds=True)
CLIENTS = Measure(label="Clients", operation="unique_count", field="source.ip")
COLUMNS = (
    "http.request.method",
    "url.path",
    "http.response.status_code",
    "envoy.response_flags",
    "event.duration",
    "source.ip",
    "http.request.id",
)

BOARD = Board(
    name="gateway",
    title="Gateway access log",
    help="Which requests failed, why the gateway says so, and who asked.",
    query=ACCESS,
    formats=("envoy",),
    component="envoy",
    controls=("url.domain", "http.response.status_code", "envoy.response_flags"),
    charts=(
        Chart(name="requests", title="Requests", help="In the time shown.", kind="number", width=12, height=6),
        Chart(
            name="failed",
            title="Server errors",
            help="Answers of 500 and above.",
            kind="number",
            query="http.response.status_code >= 500",
            width=12,
            height=6,
        ),
        Chart(
            name="refused",
            title="Refused because AuthZ failed",
            help="403 with the flag UAEX: to users an AuthZ outage looks like this, not like 5xx.",
            kind="number",
            query="http.response.status_code: 403 and envoy.response_flags: *UAEX*",
            width=12,
            height=6,
        ),
        Chart(
            name="slow",
            title="Slower than a second",
            help="From first byte in to last byte out.",
            kind="number",
            query=SLOW,
            width=12,
            height=6,
        ),
        Chart(
            name="by-status",
            title="Requests by status",
            help="Every status code that was answered.",
            by=("http.response.status_code",),
        ),
        Chart(
            name="by-flag",
            title="Requests by response flag",
            help="Why the gateway answered itself: UF and UH no upstream, UO too many, UT too slow, NR no route.",
            query="envoy.response_flags: *",
            by=("envoy.response_flags",),
        ),
        Chart(
            name="clients-map",
            title="Clients on the map",
            help="Where requests come from, as far as addresses tell.",
            kind="map",
            by=("source.geo.location",),
            height=15,
        ),
        Chart(
            name="countries",
            title="Requests by country",
            help="With how many addresses ask from each.",
            kind="table",
            by=("source.geo.country_name",),
            values=(LINES, CLIENTS),
            height=15,
        ),
        Chart(
            name="duration",
            title="Duration by upstream",
            help="95 of 100 requests were faster.",
            kind="lines",
            by=("envoy.upstream.cluster",),
            values=(TIME,),
        ),
        Chart(
            name="paths",
            title="Failures by path",
            help="Where users fail most.",
            kind="table",
            query="http.response.status_code >= 400",
            by=("url.path", "http.response.status_code"),
            values=(LINES, TIME),
        ),
        Chart(
            name="clients",
            title="Requests by client",
            help="A few addresses with most of the requests are no users.",
            kind="table",
            by=("source.ip", "user_agent.original"),
            values=(LINES,),
        ),
        Chart(
            name="refused-clients",
            title="Addresses that are refused most",
            help="401 and 403: guessing, or a broken client.",
            kind="table",
            query="http.response.status_code: (401 or 403)",
            by=("source.ip", "url.path"),
            values=(LINES,),
        ),
    ),
    searches=(
        Search(
            name="failed",
            title="Gateway: server errors",
            help="Requests that were answered with 500 or above.",
            query=f"{ACCESS} and http.response.status_code >= 500",
            columns=COLUMNS,
            alerts=("EnvoyEdgeErrors", "EnvoyRouteErrors"),
        ),
        Search(
            name="refused-by-authz",
            title="Gateway: refused because AuthZ did not answer",
            help="403 with UAEX: Barong was too slow, failed or was not there.",
            query=f"{ACCESS} and envoy.response_flags: *UAEX*",
            columns=(*COLUMNS, "envoy.response_code_details", "envoy.authz.duration_us"),
            alerts=(
                "BarongAuthzErrors",
                "BarongAuthzErrorBudgetBurn",
                "BarongAuthzCallsShed",
                "BarongAuthzTimeouts",
                "BarongAuthzConnectFailures",
                "BarongAuthzSlow",
            ),
        ),
        Search(
            name="slow",
            title="Gateway: slow requests",
            help="Requests that took longer than a second.",
            query=f"{ACCESS} and {SLOW}",
            columns=(*COLUMNS, "envoy.upstream.duration_ms"),
            alerts=("EnvoyEdgeSlow", "EnvoyRouteTimeouts"),
        ),
        Search(
            name="no-upstream",
            title="Gateway: no healthy upstream",
            help="The gateway had nobody to ask: connect failed (UF), nobody healthy (UH), no route (NR), too many (UO).",
            query=f"{ACCESS} and envoy.response_flags: (*UF* or *UH* or *NR* or *UO*)",
            columns=(*COLUMNS, "envoy.upstream.cluster"),
            alerts=("EnvoyNoHealthyHost", "EnvoyConnectFailures", "EnvoyRequestsShed"),
        ),
    ),
    shown=("failed",),
)
