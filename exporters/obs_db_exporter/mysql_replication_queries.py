"""What a replica, its primary and their disks are asked, by flavour and version."""

from obs_db_exporter.mysql_queries import MYSQL_8, REPLICA_STATUS, Server, processes

LOGS = "SHOW BINARY LOGS"
"""Rows with `file_size`: binary logs on disk. Needs BINLOG MONITOR on MariaDB, else REPLICATION CLIENT."""


def channels(told: Server) -> str:
    """A row per replication channel, or none on a primary. Needs SLAVE MONITOR on MariaDB, else REPLICATION CLIENT."""
    if told.flavour == "mariadb":
        return "SHOW ALL SLAVES STATUS"
    return "SHOW REPLICA STATUS" if told.version >= REPLICA_STATUS else "SHOW SLAVE STATUS"


def applied(told: Server) -> str:
    """One row with what this replica has applied: `position` on MariaDB, `missing` on MySQL.

    `missing` is the set of transactions received and not applied; MariaDB's received position is in `channels`.
    """
    if told.flavour == "mariadb":
        return "SELECT @@global.gtid_slave_pos AS position"
    return (
        "SELECT gtid_subtract(group_concat(received_transaction_set), @@global.gtid_executed) AS missing "
        "FROM performance_schema.replication_connection_status"
    )


def workers(told: Server) -> str:
    """One row with `committed`: when the oldest transaction under way was committed on its origin. MySQL 8 alone.

    0 while every worker is idle. MariaDB has neither the column nor the table (error 1146).
    """
    if told.flavour == "mariadb" or told.version < MYSQL_8:
        return ""
    return (
        "SELECT coalesce(min(unix_timestamp(applying_transaction_original_commit_timestamp)), 0) AS committed "
        "FROM performance_schema.replication_applier_status_by_worker WHERE applying_transaction <> ''"
    )


def standbys(told: Server) -> str:
    """Rows (state, readers): sessions that read the binary log. Needs PROCESS."""
    return (
        f"SELECT coalesce(state, '') AS state, count(*) AS readers FROM {processes(told)} "
        "WHERE command LIKE 'Binlog Dump%' GROUP BY 1"
    )


def heartbeat(table: str) -> str:
    """One row (`newest`, `elsewhere`): the newest beat in the table, and the newest that another server wrote."""
    return (
        "SELECT unix_timestamp(max(written_at)) AS newest, "
        "unix_timestamp(max(IF(server_id <> @@server_id, written_at, NULL))) AS elsewhere "
        f"FROM {identifier(table)}"
    )


def identifier(table: str) -> str:
    """`schema.table`, quoted. Raises ValueError for a name that is none."""
    parts = table.split(".")
    if not all(parts) or len(parts) > 2 or any("`" in part or "\0" in part for part in parts):
        raise ValueError(f"{table!r} is no name of a table")
    return ".".join(f"`{part}`" for part in parts)


def sizes(told: Server) -> str:
    """Rows (name, bytes): files of InnoDB by schema, as encoded in file names. Needs PROCESS, sees every schema.

    information_schema.tables lists only what the account may select from: an undercount that nobody notices.
    """
    newer = told.flavour == "mysql" and told.version >= MYSQL_8
    table = "innodb_tablespaces" if newer else "innodb_sys_tablespaces"
    return (
        "SELECT IF(name LIKE '%/%', substring_index(name, '/', 1), '') AS name, sum(file_size) AS bytes "
        f"FROM information_schema.{table} GROUP BY 1"
    )
