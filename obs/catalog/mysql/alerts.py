"""What pages and what makes a ticket on MySQL and MariaDB."""

from obs.catalog import database_alerts, database_replication, database_trust
from obs.model.alert import Alert

_FAILING = (
    Alert(
        name="MysqlReplicationStopped",
        signal="threads_running",
        is_="<",
        threshold=1,
        hold="2m",
        severity="warning",
        triage="failing",
        summary="A replication thread of a replica does not run.",
        description=(
            "{{ $labels.instance }} no longer receives or no longer applies changes; it falls behind from now on."
        ),
        why=(
            "Seconds_Behind_Master is NULL when a thread stops and its series is gone (measured): only the threads "
            "tell."
        ),
    ),
    Alert(
        name="MysqlConnectionsRefused",
        signal="refused",
        is_=">",
        threshold=0,
        hold="2m",
        severity="critical",
        triage="failing",
        summary="The server turns clients away because it is full.",
        description=(
            "{{ $value | humanize }} connections per second to {{ $labels.instance }} are refused at max_connections "
            "(MariaDB: of the exporter's own)."
        ),
        why="Every refusal is an error somebody sees, or a daemon that exits; none is normal.",
    ),
    Alert(
        name="MysqlAbortedConnects",
        signal="aborted",
        is_=">",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Many connections fail at login.",
        description="{{ $value | humanize }} logins per second fail on {{ $labels.instance }} (limit <threshold>).",
        why="One a second for ten minutes is a wrong password in a deployment, or somebody guessing.",
    ),
    Alert(
        name="MysqlLockTimeouts",
        signal="lock_timeouts",
        is_=">",
        threshold=0.05,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="Statements fail because rows stay locked.",
        description=(
            "{{ $value | humanize }} statements per second give up waiting on {{ $labels.instance }} (limit "
            "<threshold>)."
        ),
        why="Three a minute, each after 50 s of waiting: a transaction sits on rows that others need.",
    ),
)

_SLOW = (
    Alert(
        name="MysqlSlowQueries",
        signal="slow_queries",
        is_=">",
        threshold=0.2,
        hold="10m",
        severity="warning",
        triage="slow",
        summary="Statements take longer than they may.",
        description="{{ $value | humanize }} slow statements per second on {{ $labels.instance }} (limit <threshold>).",
        why="One in five seconds, each longer than long_query_time (10 s by default): two sessions are always stuck.",
    ),
    Alert(
        name="MysqlRowLockWaits",
        signal="row_lock_wait",
        is_=">",
        threshold=5,
        hold="10m",
        severity="warning",
        triage="slow",
        summary="Transactions queue for rows.",
        description=(
            "{{ $value | humanize }} transactions on {{ $labels.instance }} waited for rows at any moment (limit "
            "<threshold>)."
        ),
        why="Five waiting at any moment are five workers that do nothing: a small pool or a daemon stands still as a whole.",
    ),
    Alert(
        name="MysqlTempTablesOnDisk",
        signal="temp_disk_tables",
        is_=">",
        threshold=20,
        hold="30m",
        severity="info",
        triage="slow",
        summary="Queries sort on disk.",
        description=(
            "{{ $value | humanize }} temporary tables per second go to disk on {{ $labels.instance }} (limit "
            "<threshold>)."
        ),
        why="Reports make a few; twenty a second come from a query of the request path.",
    ),
)

_FULL = (
    Alert(
        name="MysqlBufferPoolExhausted",
        signal="buffer_pool_waits",
        is_=">",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="full",
        summary="Threads wait for memory in the buffer pool.",
        description=(
            "{{ $value | humanize }} waits per second for a free page on {{ $labels.instance }} (limit <threshold>)."
        ),
        why="Innodb_buffer_pool_wait_free should be near zero (MySQL manual).",
    ),
    Alert(
        name="MysqlUndoHistoryLong",
        signal="undo_history",
        is_=">",
        threshold=1_000_000,
        hold="15m",
        severity="warning",
        triage="full",
        summary="Old row versions pile up.",
        description=(
            "{{ $value | humanize }} transactions wait to be purged on {{ $labels.instance }} (limit <threshold>)."
        ),
        why="Normal is thousands; from a million on every read of a busy row walks through its old versions.",
    ),
)

_CHANGED = (
    Alert(
        name="MysqlSessionsWithoutTls",
        signal="plain_ratio",
        is_=">",
        threshold=0.05,
        hold="15m",
        severity="warning",
        triage="changed",
        summary="Clients talk to the database without encryption.",
        description=(
            "{{ $value | humanizePercentage }} of new connections to {{ $labels.instance }} are not encrypted (limit "
            "<threshold>)."
        ),
        why="None should be; one in twenty leaves room for health checks through the node's own socket.",
    ),
    Alert(
        name="MysqlTlsNotOffered",
        signal="tls_enabled",
        is_="<",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="changed",
        summary="The server offers no TLS.",
        description=(
            "{{ $labels.instance }} cannot encrypt: every password and every row crosses the network in the clear."
        ),
        why="MariaDB 10.11 of Debian starts with have_ssl=DISABLED (measured) and nothing complains.",
    ),
    Alert(
        name="MysqlCommitsNotDurable",
        signal="durable",
        is_="<",
        threshold=1,
        hold="1h",
        severity="info",
        triage="changed",
        summary="A crash loses commits that were acknowledged.",
        description=(
            "{{ $labels.instance }} acknowledges commits before they are on disk; a crash loses up to a second of them."
        ),
        why="Only 1 is durable (MySQL manual); with 0 or 2 up to a second of commits is lost in a crash.",
    ),
)

ALERTS = (
    *database_alerts.common("Mysql", "MySQL"),
    *database_replication.alerts("Mysql"),
    *_FAILING,
    *_SLOW,
    *_FULL,
    *database_trust.alerts("Mysql"),
    *_CHANGED,
)
OBJECTIVES = (database_trust.objective("Mysql", "MySQL"),)
INHIBITIONS = database_replication.inhibitions("Mysql", stopped="MysqlReplicationStopped")
