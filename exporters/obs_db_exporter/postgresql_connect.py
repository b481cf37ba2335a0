"""How PostgreSQL is connected to: keyword parameters, never a connection string, and errors without what was said."""

import asyncio
from typing import Any

import psycopg

from obs_db_exporter.config import DatabaseServer
from obs_db_exporter.postgresql_link import PostgresqlLink
from obs_db_exporter.postgresql_pipeline import ConnectionLost
from obs_db_exporter.session import Refused
from obs_exporter.secret import SecretMissing

_SERVER_SAID = (
    ("saturated", ("too many clients", "connection slots are reserved")),
    ("quota", ("too many connections for",)),
    ("login", ("authentication", "pg_hba.conf", "not permitted", 'role "', 'database "', "permission denied")),
    ("other", ("the database system is",)),
    ("tls", ("SSL", "certificate", "sslmode", "TLS")),
    ("timeout", ("timeout expired",)),
    ("unreachable", ("refused", "resolve", "unreachable", "closed the connection", "reset by peer", "No route")),
)
"""Why a connection failed, by words of libpq's and the server's English messages: libpq keeps the SQLSTATE."""
_SENTENCES = {
    "saturated": "the server has no slot left (SQLSTATE 53300)",
    "quota": "the account's or the database's own limit of connections is reached (SQLSTATE 53300)",
    "login": "the server refused the login",
    "tls": "no trusted TLS connection could be made",
    "timeout": "the server did not take the connection in time",
    "unreachable": "the server cannot be reached",
    "other": "the server took no connection",
}


async def connect(server: DatabaseServer, database: str = "") -> PostgresqlLink:
    """A connection to a server, with the login as its files have it now. Raises Refused."""
    try:
        login: dict[str, Any] = {"user": server.username.read(), "password": server.password.read()}
    except SecretMissing as error:
        raise Refused("login", str(error)) from None
    try:
        connection = await psycopg.AsyncConnection.connect(**_parameters(server, database), **login)
    except (psycopg.Error, OSError, UnicodeError) as error:
        raise refusal(error) from None
    link = PostgresqlLink(connection)
    try:
        await link.begin()
    except (ConnectionLost, psycopg.Error):
        await link.close()
        raise Refused("unreachable", _SENTENCES["unreachable"]) from None
    except asyncio.CancelledError:
        await connection.close()
        raise
    return link


def _parameters(server: DatabaseServer, database: str) -> dict[str, Any]:
    """libpq's keywords: TLS as configured, no GSSAPI, and keepalives that notice a dead link within half a minute."""
    tls = server.tls
    files = {"sslcert": tls.certificate_file, "sslkey": tls.key_file}
    trusted = {"sslrootcert": tls.ca_file or "system"} if tls.mode.startswith("verify") else {}
    return {
        "host": server.host,
        "port": server.port,
        "dbname": database or server.database or "postgres",
        "autocommit": True,
        "application_name": "obs_db_exporter",
        "sslmode": tls.mode,
        "gssencmode": "disable",
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 25_000,
        **trusted,
        **{key: file for key, file in files.items() if file},
    }


def refusal(error: Exception) -> Refused:
    """Why a connection failed, as far as the words of libpq and the server tell; none of these words is kept."""
    text = str(error)
    reason = next((reason for reason, words in _SERVER_SAID if any(word in text for word in words)), "other")
    return Refused(reason, _SENTENCES[reason])
