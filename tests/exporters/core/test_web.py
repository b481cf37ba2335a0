"""TLS, client certificates and users, from a file that Prometheus' exporter-toolkit would read as well."""

import base64
import json
import os
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from obs_exporter.config_yaml import ConfigWrong
from obs_exporter.web_config import web_config
from tests.engines.servers.certificates import Authority
from tests.exporters.core.serving import Running, serving

HASH = bcrypt.hashpw(b"open sesame", bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$")  # as htpasswd writes it


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """One that has issued a server's certificate and a client's."""
    made = Authority(tmp_path)
    made.issue("server")
    made.issue("prometheus.monitoring.svc")
    return made


def web(folder: Path, **told: Any) -> str:
    """A web configuration file beside the exporter's; its name."""
    (folder / "web.yaml").write_text(json.dumps(told), encoding="utf-8")
    return "web.yaml"


def server_tls(**told: Any) -> dict[str, Any]:
    return {"cert_file": "server.pem", "key_file": "server.key", **told}


def client(authority: Authority, folder: Path, name: str = "") -> ssl.SSLContext:
    """Trusts the authority; with a name it shows that certificate."""
    context = ssl.create_default_context(cafile=authority.certificate)
    if name:
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def refused(running: Running, tls: ssl.SSLContext) -> bool:
    """Whether the client gets no answer: TLS 1.3 tells a refused client only when it reads."""
    try:
        running.get("/metrics", tls=tls)
    except OSError:
        return True
    return False


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_pages_come_over_tls_and_never_below_1_2(authority: Authority, tmp_path: Path) -> None:
    with serving(tmp_path, web_config_file=web(tmp_path, tls_server_config=server_tls())) as running:
        assert running.get("/metrics", tls=client(authority, tmp_path)).status == 200
        with pytest.raises(OSError, match=r"reset|closed|Empty|BadStatus|end"):
            running.get("/metrics")
        old = client(authority, tmp_path)
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version, old.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, ssl.TLSVersion.TLSv1_1
        assert refused(running, old)


def test_only_a_client_with_an_allowed_name_in_its_certificate_gets_an_answer(
    authority: Authority, tmp_path: Path
) -> None:
    authority.issue("grafana.monitoring.svc")
    (tmp_path / "elsewhere").mkdir()
    Authority(tmp_path / "elsewhere", name="stranger").issue("prometheus.monitoring.svc")
    told = server_tls(
        client_ca_file="tests-ca.pem",
        client_auth_type="RequireAndVerifyClientCert",
        client_allowed_sans=["prometheus.monitoring.svc"],
    )
    with serving(tmp_path, web_config_file=web(tmp_path, tls_server_config=told)) as running:
        assert running.get("/metrics", tls=client(authority, tmp_path, "prometheus.monitoring.svc")).status == 200
        for name in ("", "grafana.monitoring.svc", "elsewhere/prometheus.monitoring.svc"):
            assert refused(running, client(authority, tmp_path, name)), name


def test_a_password_is_asked_for_and_probes_of_the_kubelet_pass(tmp_path: Path) -> None:
    headers = {"headers": {"X-Content-Type-Options": "nosniff"}}
    file = web(tmp_path, basic_auth_users={"prometheus": HASH}, http_server_config=headers)
    with serving(tmp_path, web_config_file=file) as running:
        for _ in range(2):  # the second time from memory
            assert running.get("/metrics", Authorization=basic("prometheus", "open sesame")).status == 200
            for wrong in ("", "Basic nonsense", basic("prometheus", "open"), basic("root", "open sesame"), "Bearer x"):
                answer = running.get("/metrics", Authorization=wrong)
                assert (answer.status, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic"), wrong
        assert running.get("/-/ready").status == 200
        assert running.get("/probe?target=one").headers["X-Content-Type-Options"] == "nosniff"


def test_a_renewed_certificate_is_served_without_a_restart(authority: Authority, tmp_path: Path) -> None:
    """As cert-manager and the kubelet do it: a new folder, and a symbolic link that is exchanged."""
    for version in ("first", "second"):
        (tmp_path / version).mkdir()
        issued = authority.issue("server")
        for file in (issued.certificate, issued.key):
            file.rename(tmp_path / version / file.name)
    (tmp_path / "data").symlink_to("first")
    told = server_tls(cert_file="data/server.pem", key_file="data/server.key")
    with serving(tmp_path, web_config_file=web(tmp_path, tls_server_config=told)) as running:
        before = _serial(running.port, client(authority, tmp_path))
        (tmp_path / "new").symlink_to("second")
        os.replace(tmp_path / "new", tmp_path / "data")  # noqa: PTH105 - the very call the kubelet makes
        assert _serial(running.port, client(authority, tmp_path)) != before


def test_a_broken_renewal_keeps_the_certificate_in_use_and_is_told(authority: Authority, tmp_path: Path) -> None:
    with serving(tmp_path, web_config_file=web(tmp_path, tls_server_config=server_tls())) as running:
        before = _serial(running.port, client(authority, tmp_path))
        (tmp_path / "server.key").write_text("torn", encoding="utf-8")
        assert _serial(running.port, client(authority, tmp_path)) == before
        page = running.get("/metrics", tls=client(authority, tmp_path))
        assert page.value("fake_exporter_config_last_reload_successful") == 0
        authority.issue("server")
        page = running.get("/metrics", tls=client(authority, tmp_path))
        assert page.value("fake_exporter_config_last_reload_successful") == 1


def test_an_emptied_file_does_not_open_the_door(tmp_path: Path) -> None:
    with serving(tmp_path, web_config_file=web(tmp_path, basic_auth_users={"prometheus": HASH})) as running:
        (tmp_path / "web.yaml").write_text("", encoding="utf-8")
        assert [running.get("/metrics").status for _ in range(2)] == [401, 401]


def test_three_hundred_silent_tls_clients_delay_no_scrape(authority: Authority, tmp_path: Path) -> None:
    with serving(tmp_path, web_config_file=web(tmp_path, tls_server_config=server_tls())) as running:
        silent = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(300)]
        spent = []
        for _ in range(3):
            started = time.monotonic()
            assert running.get("/probe?target=one", tls=client(authority, tmp_path)).status == 200
            spent.append(time.monotonic() - started)
        for one in silent:
            one.close()
        assert min(spent) < 4, "a handshake is waited for five seconds"


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"tls_server_confg": {}}, 'tls_server_confg: no such key; did you mean "tls_server_config"?'),
    ({"tls_server_config": {"cert_file": "server.pem"}}, "tls_server_config: lacks the key key_file"),
    ({"tls_server_config": server_tls(min_version="TLS11")}, "min_version: is none of TLS12, TLS13"),
    ({"tls_server_config": server_tls(client_auth_type="RequireAnyClientCert")}, "client_auth_type: is none of"),
    ({"tls_server_config": server_tls(client_auth_type="RequireAndVerifyClientCert")}, "needs client_ca_file"),
    ({"tls_server_config": server_tls(client_ca_file="tests-ca.pem")}, "client_ca_file: has no effect"),
    ({"tls_server_config": server_tls(client_allowed_sans=["x"])}, "client_allowed_sans: needs client_auth_type"),
    ({"tls_server_config": server_tls(min_version="TLS13", max_version="TLS12")}, "min_version: is above max_version"),
    ({"tls_server_config": server_tls(cert_file="none.pem")}, "cannot be loaded: No such file"),
    ({"basic_auth_users": {"prometheus": "open sesame"}}, "does not look like a bcrypt hash"),
    ({"rate_limit": {"burst": 1}}, "rate_limit: no such key"),
)


@pytest.mark.parametrize(("told", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_bad_file_is_told_by_place(told: dict[str, Any], sentence: str, authority: Authority, tmp_path: Path) -> None:
    file = tmp_path / web(tmp_path, **told)
    with pytest.raises(ConfigWrong) as error:
        web_config(file)
    assert sentence in str(error.value)
    assert str(file) in str(error.value)
    assert "open sesame" not in str(error.value)


def test_suites_have_the_names_go_gives_them(authority: Authority, tmp_path: Path) -> None:
    suites = ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"]
    told = server_tls(cipher_suites=suites, max_version="TLS12")
    context = web_config(tmp_path / web(tmp_path, tls_server_config=told)).context
    assert context is not None
    names = {suite["name"] for suite in context.get_ciphers() if not suite["name"].startswith("TLS_")}
    assert names == {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"}


def _serial(port: int, context: ssl.SSLContext) -> object:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as secured:
            return (secured.getpeercert() or {})["serialNumber"]
