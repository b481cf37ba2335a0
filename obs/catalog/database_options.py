"""Options by which the spec tells obs_db_exporter about a database service; both engines have them."""

from obs.model.component import Option

OPTIONS = (
    Option(
        name="tls",
        default="verify-full",
        help="How obs_db_exporter trusts the server; verifying takes the CA from the key <service>-ca.crt of its secret.",
        choices=("verify-full", "verify-ca", "require", "disable"),
    ),
    Option(
        name="database",
        default="",
        help="Database obs_db_exporter enters: the one with the heartbeat table.",
    ),
    Option(
        name="heartbeat_table",
        default="obs.heartbeat",
        help="Table somebody writes the time into on the primary, as schema.table; without it lag is an estimate.",
    ),
    Option(
        name="managed",
        default="none",
        help="Whose service it is: the provider's own databases are left out.",
        choices=("none", "rds", "cloudsql"),
    ),
    Option(
        name="peatio_database",
        default="",
        help="Database with Peatio's tables, whose deposits, withdrawals, orders and trades are counted; none if empty.",
    ),
    Option(
        name="barong_database",
        default="",
        help="Database with Barong's tables, whose users and documents are counted; none if empty.",
    ),
)
