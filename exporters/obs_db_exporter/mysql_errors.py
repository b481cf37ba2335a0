"""What the driver's errors mean: a word for the label, a sentence for the log, nothing of the server's own text."""

import ssl

import pymysql

from obs_db_exporter.session import Refused
from obs_exporter.collect import CollectFailed

REFUSALS = {
    1040: "saturated",  # too many connections
    1203: "quota",  # max_user_connections
    1226: "quota",  # a resource of the account is used up
    1044: "login",  # no access to the database
    1045: "login",
    1049: "login",  # unknown database
    1129: "login",  # host blocked after many errors
    1130: "login",  # host not allowed
    1227: "login",
    1251: "login",  # authentication plugin not supported
    1698: "login",
    1820: "login",  # password must be reset
    1862: "login",  # password expired
    2059: "login",  # plugin cannot be loaded
    2061: "login",  # plugin refused, as for a password in clear text
    3118: "login",  # account locked
    4151: "login",  # account locked, MariaDB
    3159: "tls",  # require_secure_transport
    2026: "tls",
}
"""Errors of a login by number (MySQL and MariaDB error references)."""
SENTENCES = {2061: "error 2061: without TLS this login would give the password away"}
FAILURES = {
    1044: "privilege",
    1142: "privilege",
    1143: "privilege",
    1227: "privilege",
    1049: "missing",
    1109: "missing",
    1146: "missing",
    1381: "missing",  # no binary log
    1820: "login",  # password expired: MariaDB lets in, and answers nothing
    1205: "timeout",  # lock_wait_timeout
    1317: "timeout",  # interrupted
    1969: "timeout",  # max_statement_time
    3024: "timeout",  # max_execution_time
    1053: "lost",
    1080: "lost",
    1152: "lost",
    1927: "lost",  # killed, MariaDB
    2006: "lost",
    2013: "lost",
    4031: "lost",  # idle too long
}
"""Errors of a statement by number."""


def refused(error: BaseException) -> Refused:
    """A login that failed."""
    cause = getattr(error, "original_exception", error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Refused("tls", f"the server's certificate is not trusted: {cause.verify_message}")
    if isinstance(cause, ssl.SSLError):
        return Refused("tls", "no TLS session could be made with the server")
    if isinstance(cause, TimeoutError):
        return Refused("timeout", "the server fell silent during the login")
    number = _number(error)
    if isinstance(cause, OSError) or number in (2003, 2006, 2013):
        return Refused("unreachable", "the connection broke during the login")
    told = f"the server refused the login with error {number}"
    return Refused(REFUSALS.get(number, "other"), SENTENCES.get(number, told))


def failed(error: BaseException) -> CollectFailed:
    """A statement that failed."""
    number = _number(error)
    if isinstance(error, (OSError, pymysql.err.InterfaceError)):
        return CollectFailed("lost", "the connection is lost")
    return CollectFailed(FAILURES.get(number, "other"), f"the server answered with error {number}")


def _number(error: BaseException) -> int:
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else 0
