"""What people ask of Barong's log: who failed to log in, from where, and what administrators changed."""

from obs.model.search import LINES, Board, Chart, Measure, Search

REQUEST = "event.dataset: barong.access"
LOGIN = f"{REQUEST} and http.request.method: POST and url.path: /api/v2/identity/sessions"
WRONG = f"{LOGIN} and http.response.status_code: 401"
SECOND = f"{LOGIN} and http.response.status_code: 403"
REFUSED = f"({WRONG}) or ({SECOND})"
MISMATCH = 'event.module: barong and message: "authz.client_session_mismatch"'
RECORD = 'event.dataset: barong.log and message: "Recording activity for user id"'
"""What Barong writes of each activity: who (a number), from where, what and with which result."""
ADMIN = f"{REQUEST} and url.path: /api/v2/admin/* and http.request.method: (POST or PUT or PATCH or DELETE)"
COLUMNS = ("http.request.method", "url.path", "http.response.status_code", "source.ip", "user_agent.original")
ADDRESSES = Measure(label="Addresses", operation="unique_count", field="source.ip")

BOARD = Board(
    name="barong",
    title="Barong security",
    help="Logins that failed, sessions that broke, and what administrators did.",
    query="event.module: barong",
    formats=("barong",),
    component="barong_authz",
    controls=("source.ip", "http.response.status_code"),
    charts=(
        Chart(
            name="logins",
            title="Logins",
            help="All attempts.",
            kind="number",
            query=LOGIN,
            width=12,
            height=6,
        ),
        Chart(
            name="wrong",
            title="Logins refused",
            help="Wrong e-mail or password. An unknown e-mail leaves no activity row: only this log shows it.",
            kind="number",
            query=WRONG,
            width=12,
            height=6,
        ),
        Chart(
            name="second-factor",
            title="Second factor wrong",
            help="The password was right, the code was not.",
            kind="number",
            query=SECOND,
            width=12,
            height=6,
        ),
        Chart(
            name="mismatch",
            title="Sessions destroyed",
            help="The user agent or the network changed within a session.",
            kind="number",
            query=MISMATCH,
            width=12,
            height=6,
        ),
        Chart(
            name="by-status",
            title="Logins by answer",
            help="201 logged in, 401 refused, 403 second factor wrong.",
            query=LOGIN,
            by=("http.response.status_code",),
        ),
        Chart(
            name="stuffing",
            title="Addresses behind refused logins",
            help="Many addresses and many refusals at once: a list of stolen passwords is being tried.",
            kind="lines",
            query=WRONG,
            values=(LINES, ADDRESSES),
        ),
        Chart(
            name="refused-map",
            title="Refused logins on the map",
            help="Where refused logins come from, as far as addresses tell.",
            kind="map",
            query=REFUSED,
            by=("source.geo.location",),
            height=15,
        ),
        Chart(
            name="refused-countries",
            title="Refused logins by country",
            help="A country without customers of yours is worth a look.",
            kind="table",
            query=REFUSED,
            by=("source.geo.country_name", "source.geo.city_name"),
            values=(LINES, ADDRESSES),
            height=15,
        ),
        Chart(
            name="refused-addresses",
            title="Refused logins by address",
            help="One address with many refusals is guessing.",
            kind="table",
            query=REFUSED,
            by=("source.ip", "http.response.status_code"),
        ),
        Chart(
            name="devices",
            title="Logins by program and address",
            help="A new program from a new address is a new device.",
            kind="table",
            query=f"{LOGIN} and http.response.status_code: (200 or 201)",
            by=("user_agent.original", "source.ip"),
        ),
    ),
    searches=(
        Search(
            name="logins",
            title="Barong: who logged in",
            help="Logins that succeeded: as whom (the e-mail's pseudonym, or the number in the activity record), from where, with what.",
            query=f'({LOGIN} and http.response.status_code: (200 or 201)) or ({RECORD} and message: "action login")',
            columns=("app.data.params.email", "source.ip", "user_agent.original", "http.response.status_code", "message"),
            scope=(),
        ),
        Search(
            name="logins-refused",
            title="Barong: logins refused",
            help="401 at the login: wrong e-mail or password, with address and program. Unknown e-mails (credential stuffing) are only here.",
            query=WRONG,
            columns=COLUMNS,
            scope=(),
        ),
        Search(
            name="second-factor-wrong",
            title="Barong: second factor wrong",
            help="403 at the login: whoever it was knew the password.",
            query=SECOND,
            columns=COLUMNS,
            scope=(),
        ),
        Search(
            name="session-mismatch",
            title="Barong: sessions destroyed by a mismatch",
            help="authz.client_session_mismatch: the user agent changed, or the address left its /16.",
            query=MISMATCH,
            columns=("log.level", "message", "http.request.id", "kubernetes.pod.name"),
            alerts=("BarongAuthzDeniedSurge",),
            scope=(),
        ),
        Search(
            name="admin-actions",
            title="Barong: what administrators changed",
            help="Requests to the admin API that change something, with the user they change; the records say which admin it was.",
            query=f'({ADMIN}) or ({RECORD} and message: "category admin")',
            columns=("http.request.method", "url.path", "user.id", "http.response.status_code", "source.ip", "message"),
            scope=(),
        ),
        Search(
            name="restricted",
            title="Barong: access denied by a restriction",
            help="Addresses, countries and networks that are kept out.",
            query='event.module: barong and message: "Access denied for ip"',
            columns=("log.level", "message", "kubernetes.pod.name"),
            scope=(),
        ),
        Search(
            name="failing",
            title="Barong: errors and server errors",
            help="Exceptions, lost connections to Redis, Vault and the database, and answers of 500 and above.",
            query="event.module: barong and (log.level: (error or fatal) or http.response.status_code >= 500)",
            columns=("log.level", "message", "url.path", "http.response.status_code", "kubernetes.pod.name"),
            scope=(),
        ),
    ),
    shown=("logins-refused", "admin-actions"),
    otherwise="failing",
)
