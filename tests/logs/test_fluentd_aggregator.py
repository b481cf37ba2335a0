"""Real Fluentd: a node that sends to an aggregator over TLS, which sends to Elasticsearch. Run by `make prove-logs`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from obs.model.logging import Aggregator
from obs.render.fluentd_config import aggregator_files, node_files, texts
from obs.render.fluentd_delivery import FORWARD_PORT
from tests.engines.processes import free_port
from tests.engines.servers.certificates import Authority
from tests.logs import fluentd, stage
from tests.logs.cluster import Json, serve

pytestmark = [pytest.mark.xdist_group("fluentd"), pytest.mark.fluentd]
SETTLED_SECONDS = 60
LINES = 300


def _tiers(certificates: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Files of the node and of the aggregator, with certificates and a port of this machine."""
    plan = replace(stage.plan(), logging=replace(stage.plan().logging, aggregator=Aggregator(enabled=True)))
    authority = Authority(certificates)
    issued, port = authority.issue("localhost"), free_port()
    places = {
        "/fluentd/certs/ca.crt": str(authority.certificate),
        "/fluentd/certs/tls.crt": str(issued.certificate),
        "/fluentd/certs/tls.key": str(issued.key),
        "host fluentd-aggregator.logging.svc": "host localhost",
        f"port {FORWARD_PORT}": f"port {port}",
    }
    node, aggregator = (dict(texts(f, plan, "From a test.")) for f in (node_files(plan), aggregator_files(plan)))
    return _moved(node, places), _moved(aggregator, places)


def _moved(files: dict[str, str], places: dict[str, str]) -> dict[str, str]:
    for here, there in places.items():
        files = {name: text.replace(here, there) for name, text in files.items()}
    return files


def _verdict(document: Json) -> int:
    return 400 if str(document["message"]).startswith("REFUSE") else 201


def test_every_line_arrives_by_way_of_the_aggregator_and_what_is_refused_is_a_dead_letter(tmp_path: Path) -> None:
    node_config, aggregator_config = _tiers(tmp_path / "certificates")
    with serve({}) as cluster:
        cluster.verdict = _verdict
        node = fluentd.prepared(tmp_path / "node", node_config, cluster)
        aggregator = fluentd.prepared(tmp_path / "aggregator", aggregator_config, cluster)
        for one in (node, aggregator):
            one.environment |= {"FORWARD_KEY": "a shared key", "POD_NAME": "fluentd-aggregator-0"}
        pod = stage.pod(stage.plan().logging.fallback, "pod-1", str(node.logs))
        cluster.pods[pod.name] = stage.told(pod)
        Path(pod.file).parent.mkdir(parents=True)
        Path(pod.file).write_text("".join(_line(n) for n in range(LINES)), encoding="utf-8")
        aggregator.start()
        node.start()
        try:
            node.wait(lambda: len(cluster.documents()) >= LINES, SETTLED_SECONDS)
        finally:
            node.stop()
            aggregator.stop()
        found = cluster.documents("logs-obs.other")
        (letter,) = cluster.documents("logs-obs.dead_letters")
    assert sorted(str(d["message"]) for d in found) == sorted(f"order {n} filled" for n in range(LINES) if n != 7)
    assert "REFUSE 7" in str(letter["fluentd.record"])
    assert letter["event.created"] == "2026-11-22T14:54:00.000000007Z"


def _line(number: int) -> str:
    said = f"REFUSE {number}" if number == 7 else f"order {number} filled"
    return f"2026-11-22T14:54:00.{number:09d}Z stdout F {json.dumps({'message': said})}\n"
