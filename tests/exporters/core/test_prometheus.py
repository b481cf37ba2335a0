"""A real Prometheus 3 reads our pages, over TLS and plain, compressed, twice at once, and complains of nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines.servers.certificates import Authority
from tests.engines.servers.prometheus import job, prometheus
from tests.exporters.core.fake import ROWS
from tests.exporters.core.serving import ONE, serving
from tests.exporters.core.test_web import HASH, server_tls, web
from tests.exporters.pages import families, lint, off_the_table

OPENMETRICS = "application/openmetrics-text;version=1.0.0"
MANY = {"name": "many", "collectors": [{"name": "many", "series": 2000}, {"name": "sick", "fails": "unreachable"}]}

pytestmark = pytest.mark.engine("prometheus", "promtool")


def test_two_replicas_scrape_a_target_without_a_warning(tmp_path: Path) -> None:
    with serving(tmp_path, targets=[ONE, MANY]) as running:
        jobs = [
            job("itself", f"127.0.0.1:{running.port}"),
            job("many", f"127.0.0.1:{running.port}", metrics_path="/probe", params={"target": ["many"]}),
        ]
        with prometheus(tmp_path / "a", jobs) as first, prometheus(tmp_path / "b", jobs) as second:
            for replica in (first, second):
                assert len(replica.until("fake_depth")) == 2000
                assert replica.query("fake_up") == [({"__name__": "fake_up", **_of("many", running.port)}, 1.0)]
                assert len(replica.until('fake_collector_success{collector="sick"} == 0')) == 1
                assert len(replica.until("fake_exporter_targets")) == 1
                assert replica.query('up{job="many"}')[0][1] == 1
                assert replica.complaints() == []


def test_prometheus_comes_in_over_tls_with_a_certificate_and_a_password(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.issue("server")
    shown = authority.issue("prometheus.monitoring.svc")
    tls = server_tls(
        client_ca_file="tests-ca.pem",
        client_auth_type="RequireAndVerifyClientCert",
        client_allowed_sans=["prometheus.monitoring.svc"],
        min_version="TLS13",
    )
    file = web(tmp_path, tls_server_config=tls, basic_auth_users={"prometheus": HASH})
    with serving(tmp_path, web_config_file=file) as running:
        one = job(
            "one",
            f"127.0.0.1:{running.port}",
            scheme="https",
            metrics_path="/probe",
            params={"target": ["one"]},
            basic_auth={"username": "prometheus", "password": "open sesame"},
            tls_config={
                "ca_file": str(authority.certificate),
                "cert_file": str(shown.certificate),
                "key_file": str(shown.key),
            },
        )
        with prometheus(tmp_path / "prometheus", [one]) as server:
            assert server.until("fake_up == 1")
            assert server.complaints() == []


def test_pages_are_their_table_and_promtool_has_nothing_to_say(engine: Callable[[str], Path], tmp_path: Path) -> None:
    with serving(tmp_path, targets=[MANY]) as running:
        for path in ("/metrics", "/probe?target=many"):
            page = running.get(path, Accept=OPENMETRICS).body
            assert families(page)
            assert off_the_table(page, ROWS) == []
            assert lint(engine("promtool"), running.get(path).body) == ""


def test_a_page_that_is_off_its_table_is_told() -> None:
    page = '# TYPE fake_up gauge\nfake_up{pod="x"} 1\n# TYPE other gauge\nother 1\n# EOF\n'
    assert off_the_table(page, ROWS) == [
        "fake_up: gauge, '', ''",
        "fake_up has the labels ['pod']",
        "other is no row of the table",
    ]


def _of(name: str, port: int) -> dict[str, str]:
    return {"job": name, "instance": f"127.0.0.1:{port}"}
