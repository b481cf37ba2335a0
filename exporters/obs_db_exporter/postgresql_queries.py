"""What PostgreSQL 13 to 18 is asked, as data: named columns, one row where one is meant, one text per version."""

from dataclasses import dataclass

OLDEST = 130000
"""server_version_num of the oldest PostgreSQL these queries are for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One statement, for servers from version `since` to below `before` (server_version_num)."""

    name: str
    sql: str
    since: int = OLDEST
    before: int = 990000


SETTINGS = Query(
    name="settings",
    sql="""
SELECT set_config('default_transaction_read_only', 'on', false), set_config('lock_timeout', '500ms', false),
       set_config('idle_in_transaction_session_timeout', '5s', false), set_config('search_path', 'pg_catalog', false),
       set_config('jit', 'off', false), set_config('tcp_keepalives_idle', '10', false),
       set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)""",
)
"""Once per connection. Not as start-up options: poolers of cloud providers refuse those.

The keepalives are the server's: without them a session whose way home is cut keeps its slot for two hours.
"""

TIMEOUT = Query(name="timeout", sql="SELECT set_config('statement_timeout', $1, false)")

_SERVER = """
SELECT pg_is_in_recovery() AS in_recovery,
       extract(epoch FROM pg_postmaster_start_time()) AS started,
       current_setting('server_version') AS version,
       current_setting('max_connections')::int AS max_connections,
       {reserved} AS reserved,
       current_setting('ssl')::bool AS tls_enabled,
       (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only')::bool AS read_only,
       pg_has_role(current_user, 'pg_monitor', 'USAGE') AS pg_monitor,
       s.ssl AS tls, coalesce(s.version, '') AS tls_version, coalesce(s.cipher, '') AS tls_cipher
  FROM (SELECT 1) AS here LEFT JOIN pg_stat_ssl s ON s.pid = pg_backend_pid()"""
_SUPERUSERS = "current_setting('superuser_reserved_connections')::int"
# The session's own default_transaction_read_only is ours; reset_val is what everybody else gets.
SERVER = (
    Query(name="server", sql=_SERVER.format(reserved=_SUPERUSERS), before=160000),
    Query(
        name="server",
        sql=_SERVER.format(reserved=f"{_SUPERUSERS} + current_setting('reserved_connections')::int"),
        since=160000,
    ),
)

# This session is active only because it looks; counted as idle, it still takes the slot it takes. From 18 on a session
# is listed before it has logged in, as `starting`, and without TLS until it has begun that.
ACTIVITY = Query(
    name="activity",
    sql="""
SELECT count(*) FILTER (WHERE a.state = 'active' AND NOT own) AS active,
       count(*) FILTER (WHERE a.state = 'idle' OR own) AS idle,
       count(*) FILTER (WHERE a.state LIKE 'idle in transaction%' AND NOT own) AS idle_in_transaction,
       count(*) AS total,
       extract(epoch FROM coalesce(min(a.xact_start) FILTER (WHERE NOT own), clock_timestamp())) AS transaction_since,
       extract(epoch FROM coalesce(
           min(a.state_change) FILTER (WHERE a.state LIKE 'idle in transaction%'), clock_timestamp())) AS idle_since,
       extract(epoch FROM coalesce(
           min(a.query_start) FILTER (WHERE a.state = 'active' AND NOT own), clock_timestamp())) AS query_since,
       pg_has_role(current_user, 'pg_monitor', 'USAGE') AS pg_monitor,
       count(*) FILTER (WHERE a.client_addr IS NOT NULL AND a.state IS DISTINCT FROM 'starting'
                        AND NOT s.ssl AND NOT coalesce(g.encrypted, false)) AS plain
  FROM (SELECT *, pid = pg_backend_pid() AS own FROM pg_stat_activity WHERE backend_type = 'client backend') a
  LEFT JOIN pg_stat_ssl s USING (pid) LEFT JOIN pg_stat_gssapi g USING (pid)""",
)

LOCKS = (
    # Before 14 a lock does not say since when it is waited for; the waiting statement's start is the earliest.
    Query(
        name="locks",
        sql="""
SELECT count(DISTINCT l.pid) AS waiters,
       extract(epoch FROM coalesce(min(a.query_start), clock_timestamp())) AS since
  FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted""",
        before=140000,
    ),
    Query(
        name="locks",
        sql="""
SELECT count(DISTINCT pid) AS waiters, extract(epoch FROM coalesce(min(waitstart), clock_timestamp())) AS since
  FROM pg_locks WHERE NOT granted""",
        since=140000,
    ),
)

DATABASES = Query(
    name="databases",
    sql="""
SELECT d.datname AS database, s.xact_commit AS committed, s.xact_rollback AS rolled_back, s.conflicts, s.temp_bytes,
       s.checksum_failures, s.deadlocks, s.blks_read AS misses, s.blks_hit + s.blks_read AS reads,
       age(d.datfrozenxid) AS xid_age, mxid_age(d.datminmxid) AS mxid_age
  FROM pg_database d JOIN pg_stat_database s ON s.datid = d.oid WHERE d.datallowconn ORDER BY d.datname""",
)

CHECKPOINTS = (
    Query(
        name="checkpoints",
        sql="SELECT checkpoints_timed AS timed, checkpoints_req AS requested FROM pg_stat_bgwriter",
        before=170000,
    ),
    Query(
        name="checkpoints",
        sql="SELECT num_timed AS timed, num_requested AS requested FROM pg_stat_checkpointer",
        since=170000,
    ),
)

ARCHIVER = Query(name="archiver", sql="SELECT failed_count AS failures FROM pg_stat_archiver")

# primary_conninfo holds a password: it is compared where it is and never fetched.
REPLICATION = Query(
    name="replication",
    sql="""
SELECT pg_is_in_recovery() AS in_recovery,
       pg_has_role(current_user, 'pg_monitor', 'USAGE') AS pg_monitor,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
                       '0/0') AS position,
       CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS paused,
       CASE WHEN pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')
            THEN current_setting('primary_conninfo') <> '' END AS has_primary,
       r.status AS receiver, pg_wal_lsn_diff(r.latest_end_lsn, '0/0') AS sent,
       extract(epoch FROM r.last_msg_receipt_time) AS heard,
       extract(epoch FROM pg_last_xact_replay_timestamp()) AS replayed,
       extract(epoch FROM clock_timestamp()) AS now
  FROM (SELECT 1) AS here LEFT JOIN pg_stat_wal_receiver r ON true""",
)

# Whoever reads a logical slot is a consumer of changes, not a standby.
STANDBYS = Query(
    name="standbys",
    sql="""
SELECT coalesce(r.state, 'unknown') AS state, count(*) AS standbys
  FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
 WHERE s.slot_type IS DISTINCT FROM 'logical' GROUP BY 1""",
)

SLOTS = Query(
    name="slots",
    sql="""
SELECT slot_name AS slot, active, coalesce(wal_status IN ('unreserved', 'lost'), false) AS at_risk,
       coalesce(pg_wal_lsn_diff(
           CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn), 0)
       AS retained
  FROM pg_replication_slots WHERE NOT temporary ORDER BY slot_name""",
)

HEARTBEAT_GRANT = Query(
    name="heartbeat_grant",
    sql="""
SELECT coalesce(bool_and(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')), false) AS held
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2""",
)

SIZES = Query(
    name="sizes",
    sql="""
SELECT datname AS database, pg_database_size(oid) AS bytes, has_database_privilege(oid, 'CONNECT') AS may_enter
  FROM pg_database WHERE datallowconn AND datname <> ALL ($1::text[]) ORDER BY 2 DESC""",
)
"""Without the excluded databases, given as an array: a provider's own refuses to be measured."""
LOG_SIZE = Query(name="log_size", sql="SELECT coalesce(sum(size), 0) AS bytes FROM pg_ls_waldir()")

# Statistics alone: no function that opens a table, so nothing here ever waits for a lock, whoever holds or wants it.
TABLES = Query(
    name="tables",
    sql="""
SELECT schemaname || '.' || relname AS table, n_dead_tup AS dead, n_live_tup AS live
  FROM pg_stat_user_tables ORDER BY n_dead_tup DESC, 1 LIMIT 20""",
)


def heartbeat(table: str) -> Query:
    """The newest row of a heartbeat table, named schema.table as the configuration's schema allows it."""
    schema, name = table.split(".")
    return Query(name="heartbeat", sql=f'SELECT extract(epoch FROM max(written_at)) AS beat FROM "{schema}"."{name}"')


def for_version(queries: tuple[Query, ...], version: int) -> tuple[Query, ...]:
    """Those of the queries that a server of this version understands."""
    return tuple(query for query in queries if query.since <= version < query.before)
