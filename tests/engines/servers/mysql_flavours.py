"""What MySQL and MariaDB call things, by version: options of the server, statements of an administrator. Data."""

from dataclasses import dataclass

from tests.engines.servers.programs import chosen

REPLICATION_PASSWORD = "replicates"
SMALL = (
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--performance-schema=ON",
    "--skip-name-resolve",
)
"""A small server that keeps nothing safe: these live for a test."""


@dataclass(frozen=True, kw_only=True)
class Flavour:
    """One dialect. `{...}` in a statement is filled in by the server."""

    name: str
    engine: str
    """The server's program."""
    options: tuple[str, ...]
    installer: tuple[str, ...]
    """The program that makes an empty data folder, and its words but for the folder."""
    thread: str
    """What a replica's threads are called after START and STOP."""
    status: str
    follow: str
    """Follow the primary at `{port}`, by GTID."""
    position: str
    """One row `p`: what the server has written until now."""
    reached: str
    """One row `reached`, 0 once the server has applied `{position}`."""
    reload_tls: str
    log_reader: tuple[str, ...]
    """Privileges that show the state of replication, and the binary logs."""
    performance_schema: bool = False
    """Whether the exporter asks replicas there, so that it needs the right to."""
    tls: str = "TLSv1.3"
    """The newest it speaks."""
    grants: str
    """The file with the exporter's grants."""
    plain_engine: str
    """A storage engine whose tables are made quickly."""
    spill: str
    """Session settings with which temporary tables go to disk."""
    without_tls: str
    """The option that starts a server which offers none."""


MARIADB = Flavour(
    name="mariadb",
    engine="mariadbd",
    options=(*SMALL, "--innodb-log-file-size=8M", "--debug-no-sync", "--sync-frm=0", "--gtid-strict-mode=1"),
    installer=("mariadb-install-db", "--auth-root-authentication-method=normal", "--skip-test-db"),
    thread="SLAVE",
    status="SHOW ALL SLAVES STATUS",
    follow=(
        "CHANGE MASTER TO master_host='127.0.0.1', master_port={port}, master_user='replica', "
        f"master_password='{REPLICATION_PASSWORD}', master_use_gtid=slave_pos, master_connect_retry=1, "
        "master_heartbeat_period=1"
    ),
    position="SELECT @@gtid_binlog_pos AS p",
    reached="SELECT master_gtid_wait('{position}', {seconds}) AS reached",
    reload_tls="FLUSH SSL",
    log_reader=("SLAVE MONITOR", "BINLOG MONITOR"),
    grants="mariadb",
    plain_engine="Aria",
    spill="tmp_table_size = 1024, max_heap_table_size = 16384",
    without_tls="--skip-ssl",
)
GTID = ("--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--sync-binlog=0", "--secure-file-priv=NULL")
RESIZABLE = ("--innodb-buffer-pool-chunk-size=1M",)
"""Steps in which the buffer pool may shrink."""
INITIALIZE = ("mysqld", "--initialize-insecure")
POSITION = "SELECT replace(@@global.gtid_executed, '\\n', '') AS p"
REACHED = "SELECT wait_for_executed_gtid_set('{position}', {seconds}) AS reached"
MYSQL = Flavour(
    name="mysql",
    engine="mysqld",
    options=(*SMALL, *GTID, *RESIZABLE, "--innodb-redo-log-capacity=8M", "--mysqlx=OFF"),
    installer=INITIALIZE,
    thread="REPLICA",
    status="SHOW REPLICA STATUS",
    follow=(
        "CHANGE REPLICATION SOURCE TO source_host='127.0.0.1', source_port={port}, source_user='replica', "
        f"source_password='{REPLICATION_PASSWORD}', source_auto_position=1, source_connect_retry=1, "
        "source_heartbeat_period=1, source_retry_count=1000, get_source_public_key=1"
    ),
    position=POSITION,
    reached=REACHED,
    reload_tls="ALTER INSTANCE RELOAD TLS",
    log_reader=("REPLICATION CLIENT",),
    performance_schema=True,
    grants="mysql-8",
    plain_engine="MyISAM",
    spill="tmp_table_size = 1024, max_heap_table_size = 16384, internal_tmp_mem_storage_engine = MEMORY",
    without_tls="--tls-version=",
)
PLAIN_SPILL = ("--internal-tmp-disk-storage-engine=MYISAM",)
"""In InnoDB, spilled temporary tables are read as pages of its pool: a hundred thousand a second, and none missed."""
MYSQL_5_7 = Flavour(
    name="mysql",
    engine="mysqld",
    options=(*SMALL, *GTID, *RESIZABLE, *PLAIN_SPILL, "--innodb-log-file-size=8M", "--log-slave-updates=ON"),
    installer=INITIALIZE,
    thread="SLAVE",
    status="SHOW SLAVE STATUS",
    follow=(
        "CHANGE MASTER TO master_host='127.0.0.1', master_port={port}, master_user='replica', "
        f"master_password='{REPLICATION_PASSWORD}', master_auto_position=1, master_connect_retry=1, "
        "master_heartbeat_period=1"
    ),
    position=POSITION,
    reached=REACHED,
    reload_tls="",
    log_reader=("REPLICATION CLIENT",),
    performance_schema=True,
    tls="TLSv1.2",
    grants="mysql-5.7",
    plain_engine="MyISAM",
    spill="tmp_table_size = 1024, max_heap_table_size = 16384",
    without_tls="--skip-ssl",
)


def flavour() -> Flavour:
    """Of the server the environment chooses, else this system's MariaDB."""
    name = chosen("mysql", "mariadb")
    if not name.startswith("mysql"):
        return MARIADB
    return MYSQL_5_7 if name == "mysql-5.7" else MYSQL
