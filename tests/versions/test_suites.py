"""Where packages of other releases come from, and how a server runs among them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines import suites
from tests.engines.commands import NotToBeHad
from tests.engines.kinds import SuitePackages
from tests.engines.servers.programs import CHOSEN, Programs, chosen

SERVER = SuitePackages(distribution="Ubuntu", suite="some", packages=("server",), program="usr/sbin/server")
KNOWN = "Debian Backports http://backports.example/\nDebian http://debian.example/debian/\n"


@pytest.fixture
def knowing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`knowing(text)`: what apt says of its own archives."""
    monkeypatch.delenv(suites.MIRROR, raising=False)
    return lambda text: monkeypatch.setattr(suites, "run", lambda command: text)


def test_the_archive_of_this_distribution_is_the_one_apt_uses(knowing: Callable[[str], None]) -> None:
    knowing("Other http://other.example/\nUbuntu http://ubuntu.example/ubuntu/\n")
    assert suites._archive(SERVER) == "http://ubuntu.example/ubuntu/"


def test_the_archive_of_another_distribution_is_the_one_the_caller_names(
    knowing: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    knowing(KNOWN)
    with pytest.raises(NotToBeHad, match=f"knows no archive of Ubuntu; say where it is: {suites.MIRROR}="):
        suites._archive(SERVER)
    monkeypatch.setenv(suites.MIRROR, "http://mirror.example/ubuntu")
    assert suites._archive(SERVER) == "http://mirror.example/ubuntu"


def test_a_server_of_another_release_runs_in_its_own_root_as_the_process_that_was_started(tmp_path: Path) -> None:
    (tmp_path / "usr" / "sbin").mkdir(parents=True)
    (tmp_path / "usr" / "sbin" / "server").touch()
    place = Programs(server=tmp_path / "usr" / "sbin" / "server", root=tmp_path)
    command = place.command("server", "--port", 1, user=7)
    assert command[:2] == ["unshare", "--mount"]
    assert command[-5:] == ["--setuid=7", "--setgid=7", "/usr/sbin/server", "--port", "1"]
    assert "exec unshare --root" in command[4]


def test_a_choice_is_of_its_own_kind_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOSEN, "mysql-8.4")
    assert (chosen("mysql", "mariadb"), chosen("postgresql")) == ("mysql-8.4", "")
