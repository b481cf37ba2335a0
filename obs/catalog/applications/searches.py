"""What people ask of Peatio, Rango and the web pages: orders, money, blockchains, clients."""

from obs.model.search import LINES, Board, Chart, Measure, Search

REQUEST = "event.dataset: peatio.access"
FAILED = "log.level: (warn or error or fatal)"
REJECTED = (
    '(event.dataset: peatio.access and url.path: /api/v2/market/orders* and http.response.status_code >= 400) '
    'or (event.dataset: peatio.log and app.path: "/api/v2/market/orders")'
)
"""Refused with a status, or reported with the path of the request and a reason."""
WITHDRAWALS = "event.dataset: peatio.worker and log.logger: *withdraw_coin*"
WITHDRAWALS_FAILED = (
    f'({WITHDRAWALS} and (log.level: (error or fatal) or message: "Failed to process withdraw")) '
    'or (event.dataset: peatio.access and url.path: /api/v2/account/withdraws* and http.response.status_code >= 400) '
    'or (event.dataset: peatio.log and app.path: "/api/v2/account/withdraws")'
)
DEPOSITS_FAILED = 'event.module: peatio and (message: "Failed to collect deposit" or message: "Failed to load deposit")'
STUCK = (
    'event.module: peatio and log.level: (warn or error or fatal) '
    'and message: ("Blockchain ClientError" or "height" or "Failed to open TCP connection")'
)
LOCKED = 'event.module: peatio and (message: "Lock wait timeout" or message: "Deadlock")'
ADMIN = f"{REQUEST} and url.path: /api/v2/admin/* and http.request.method: (POST or PUT or PATCH or DELETE)"
MONEY = ("log.level", "labels.currency", "peatio.amount", "labels.blockchain", "message")

TRADING = Board(
    name="trading",
    title="Trading and money",
    help="Orders that were rejected, deposits and withdrawals that failed, blockchains that stand still.",
    query="event.module: peatio",
    formats=("peatio",),
    controls=("labels.currency", "labels.market", "labels.blockchain"),
    charts=(
        Chart(
            name="rejected",
            title="Orders rejected",
            help="Answers of 400 and above, and orders the account could not pay.",
            kind="number",
            query=REJECTED,
            width=12,
            height=6,
        ),
        Chart(
            name="withdrawals-failed",
            title="Withdrawals failed",
            help="Each is money somebody waits for.",
            kind="number",
            query=WITHDRAWALS_FAILED,
            width=12,
            height=6,
        ),
        Chart(
            name="deposits-failed",
            title="Deposits failed",
            help="Seen on the chain, not credited or not collected.",
            kind="number",
            query=DEPOSITS_FAILED,
            width=12,
            height=6,
        ),
        Chart(
            name="locked",
            title="Locks in the database",
            help="Deadlocks and waits that timed out, on accounts mostly.",
            kind="number",
            query=LOCKED,
            width=12,
            height=6,
        ),
        Chart(
            name="orders-by-status",
            title="Requests for orders by status",
            help="201 taken, 422 refused.",
            query=f"{REQUEST} and url.path: /api/v2/market/orders*",
            by=("http.response.status_code",),
        ),
        Chart(
            name="rejected-by-market",
            title="Rejected orders by market",
            help="One market only: look at its limits and its wallet.",
            query=REJECTED,
            by=("labels.market",),
        ),
        Chart(
            name="withdrawals-by-currency",
            title="Withdrawals by currency and level",
            help="What the worker said of each.",
            kind="table",
            query=WITHDRAWALS,
            by=("labels.currency", "log.level"),
            values=(LINES, Measure(label="Amount", operation="sum", field="peatio.amount")),
        ),
        Chart(
            name="chains",
            title="Blockchains in trouble, by pod",
            help="Nodes that do not answer, or whose height does not move.",
            query=STUCK,
            by=("kubernetes.pod.name",),
        ),
    ),
    searches=(
        Search(
            name="orders-rejected",
            title="Peatio: orders rejected",
            help="Requests refused with 400 or above, and the reason where Peatio logs one.",
            query=REJECTED,
            columns=("labels.market", "user.id", "http.response.status_code", "url.path", "message"),
        ),
        Search(
            name="withdrawals-failed",
            title="Peatio: withdrawals failed",
            help="Requests that were refused, and payments the worker could not send; those stay in processing until somebody looks.",
            query=WITHDRAWALS_FAILED,
            columns=("user.id", "app.id", *MONEY, "http.response.status_code"),
        ),
        Search(
            name="withdrawals",
            title="Peatio: withdrawals step by step",
            help="Why was it not paid? Narrow app.id to its number, or app.rid to its address: sent, accepted with a transaction, or failed.",
            query=WITHDRAWALS,
            columns=("app.id", "app.rid", *MONEY),
            alerts=("EventApiMoneyStuck", "EventApiMoneyMessagesLost"),
        ),
        Search(
            name="admin-actions",
            title="Peatio: what administrators changed",
            help="Requests to the admin API that change something, such as withdrawals processed or balances adjusted by hand.",
            query=ADMIN,
            columns=("http.request.method", "url.path", "user.id", "http.response.status_code", "source.ip", "user_agent.original"),
        ),
        Search(
            name="deposits-failed",
            title="Peatio: deposits failed",
            help="Deposits that were not loaded or not collected.",
            query=DEPOSITS_FAILED,
            columns=MONEY,
        ),
        Search(
            name="chains-stuck",
            title="Peatio: blockchains that do not answer",
            help="Errors of blockchain clients: the node is down, not in sync, or refuses the login.",
            query=STUCK,
            columns=("log.level", "labels.blockchain", "log.logger", "message"),
        ),
        Search(
            name="locks",
            title="Peatio: deadlocks and lock waits",
            help="Transactions the database gave up.",
            query=LOCKED,
            columns=("log.level", "message", "kubernetes.pod.name"),
            alerts=("MysqlLockTimeouts", "MysqlRowLockWaits", "EventApiTradingLag", "EventApiTradingBacklog"),
        ),
        Search(
            name="failing",
            title="Peatio: errors and server errors",
            help="Exceptions, and answers of 500 and above.",
            query="event.module: peatio and (log.level: (error or fatal) or http.response.status_code >= 500)",
            columns=("log.level", "message", "url.path", "http.response.status_code", "kubernetes.pod.name"),
            alerts=("EventApiTradeErrors", "EventApiRedeliveryLoop"),
        ),
    ),
    shown=("withdrawals-failed", "orders-rejected"),
)

STREAMING = Board(
    name="streaming",
    title="Streaming clients",
    help="WebSocket clients that were dropped, and order books that went out of step.",
    query="event.module: rango",
    formats=("rango",),
    charts=(
        Chart(name="by-level", title="Lines by level", help="Warnings are clients, errors are books.", by=("log.level",)),
    ),
    searches=(
        Search(
            name="slow-clients",
            title="Rango: clients dropped as too slow",
            help="256 messages were waiting for them.",
            query='event.module: rango and message: "Closing slow websocket connection"',
            columns=("log.level", "message", "source.ip", "kubernetes.pod.name"),
        ),
        Search(
            name="books",
            title="Rango: increments without a snapshot",
            help="Clients see a stale order book until the next snapshot.",
            query='event.module: rango and message: "No snapshot received before the increment"',
            columns=("log.level", "message", "kubernetes.pod.name"),
        ),
    ),
    shown=("slow-clients",),
)

BOARDS: tuple[Board, ...] = (TRADING, STREAMING)
