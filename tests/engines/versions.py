"""Database servers and brokers of other versions than this system's, each out of the release that has it. Data only.

Which minor version it is depends on the day: releases move, Debian's sid every week. Where a release has left its
archive, the version is not to be had any more, and the reason says so.
"""

from tests.engines.kinds import Engine, SuitePackages

GROUP = "versions"
SHELL = ("bash", "coreutils", "dash", "grep", "mawk", "sed", "util-linux")
"""What scripts of servers call, and every system has: nothing depends on it by name."""


def _server(name: str, origin: str, packages: str, program: str) -> Engine:
    """`origin` is a distribution and a release of it; `name` ends in the version's first numbers."""
    distribution, _, suite = origin.partition(" ")
    recipe = SuitePackages(
        distribution=distribution, suite=suite, packages=(*SHELL, *packages.split()), program=program
    )
    return Engine(name=name, group=GROUP, version=f"of {suite}", minimum="0", recipe=recipe)


def _mysql(version: str, origin: str, package: str = "mysql-server-core") -> Engine:
    return _server(f"mysql-{version}", origin, package, "usr/sbin/mysqld")


def _mariadb(version: str, origin: str, packages: str = "mariadb-server-core mariadb-client-core") -> Engine:
    return _server(f"mariadb-{version}", origin, packages, "usr/sbin/mariadbd")


def _postgresql(version: str, origin: str) -> Engine:
    return _server(
        f"postgresql-{version}", origin, f"postgresql-{version}", f"usr/lib/postgresql/{version}/bin/postgres"
    )


def _rabbitmq(version: str, origin: str) -> Engine:
    return _server(f"rabbitmq-{version}", origin, "rabbitmq-server", "usr/lib/rabbitmq/bin/rabbitmq-server")


SERVERS: tuple[Engine, ...] = (
    _mysql("5.7", "Ubuntu bionic", "mysql-server-core-5.7"),
    _mysql("8.0", "Ubuntu noble", "mysql-server-core-8.0"),
    _mysql("8.4", "Ubuntu resolute"),
    _mysql("9.7", "Debian sid"),
    _mariadb("10.6", "Ubuntu jammy", "mariadb-server-core-10.6 mariadb-client-core-10.6"),
    _mariadb("11.4", "Ubuntu plucky"),
    _mariadb("11.8", "Debian trixie"),
    _postgresql("13", "Debian bullseye"),
    _postgresql("14", "Ubuntu jammy"),
    _postgresql("16", "Ubuntu noble"),
    _postgresql("17", "Debian trixie"),
    _postgresql("18", "Debian sid"),
    _rabbitmq("3.12", "Ubuntu noble"),
    _rabbitmq("4.0", "Debian trixie"),
    _rabbitmq("4.3", "Debian sid"),
)
