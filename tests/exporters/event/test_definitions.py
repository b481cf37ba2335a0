"""The users the bundle brings for the broker are let in by a real one, and may do what they are for and no more."""

import json
import urllib.error
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs import library
from obs.bundle import build
from obs.spec import load_text
from tests.engines.processes import free_port
from tests.engines.servers.rabbitmq import Broker
from tests.exporters.event.watching import PASSWORD, config_for, watching

SPEC = """
name: shop
services: [{component: event_api, options: {declare_queues: [mail, peatio.matching]}}]
notify: {receivers: [{name: on-call, type: slack}]}
"""
PUBLISHED = {"routing_key": "mail", "payload": "x", "payload_encoding": "string", "properties": {}}
DEFINITIONS = Path(__file__).parents[3] / "exporters" / "deploy" / "rabbitmq" / "event-api.json"

pytestmark = [pytest.mark.engine("rabbitmq-server"), pytest.mark.xdist_group("rabbitmq")]


def test_the_imported_user_gets_in_with_a_password_only_and_sees_everything(broker: Broker, tmp_path: Path) -> None:
    broker.queue("mail")
    broker.api("POST", "definitions", json.loads(DEFINITIONS.read_text(encoding="utf-8")))
    with pytest.raises(urllib.error.HTTPError, match="401"):
        broker.api("GET", "overview", user="obs-exporter", password="")
    # `rabbitmqctl change_password` as the README says, through the API
    broker.api("PUT", "users/obs-exporter", {"password": PASSWORD, "tags": "monitoring"})
    config = config_for(broker, tmp_path, vhosts={"/": ["mail"]})
    (tmp_path / "username").write_text("obs-exporter", encoding="utf-8")
    with watching(config) as watch:
        page = watch.until(lambda page: page("event_queue_present", vhost="/", queue="mail") == 1)
    assert page("event_permission_granted", permission="monitoring") == 1
    assert page("event_permission_granted", permission="vhost") == 1
    assert page.failing() == set()


def test_the_imported_user_may_touch_nothing(broker: Broker) -> None:
    broker.queue("mail")
    broker.api("POST", "definitions", json.loads(DEFINITIONS.read_text(encoding="utf-8")))
    broker.api("PUT", "users/obs-exporter", {"password": PASSWORD, "tags": "monitoring"})
    touches = (
        ("DELETE", "queues/%2F/mail", None),
        ("DELETE", "queues/%2F/mail/contents", None),
        ("PUT", "queues/%2F/another", {"durable": True}),
        ("POST", "queues/%2F/mail/get", {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}),
        ("PUT", "users/intruder", {"password": "x", "tags": "administrator"}),
    )
    for method, path, body in touches:
        with pytest.raises(urllib.error.HTTPError, match=r"40[0135]"):
            broker.api(method, path, body, user="obs-exporter", password=PASSWORD)


def generated() -> tuple[dict[str, Any], dict[str, Any]]:
    """(definitions, the exporter's target) of a spec that asks for passive declares."""
    made = build(load_text(SPEC, "shop.yaml", library.components()), library.load()).artifacts
    config = yaml.safe_load(made["exporters/deploy/config/obs-event-exporter.yaml"])
    return json.loads(made["exporters/deploy/rabbitmq/event-api.json"]), config["targets"][0]


def test_what_is_generated_for_passive_declares_tells_of_a_queue_while_http_is_dead(
    broker: Broker, tmp_path: Path
) -> None:
    definitions, target = generated()
    broker.queue("mail")
    broker.api("POST", "definitions", definitions)
    for user, tags in (("obs-exporter", "monitoring"), ("obs-declare", "")):
        broker.api("PUT", f"users/{user}", {"password": PASSWORD, "tags": tags})
    for name in ("username", "password", "declare-username", "declare-password"):
        (tmp_path / name).write_text(PASSWORD if name.endswith("password") else f"obs-{name.split('-')[0]}")
    (tmp_path / "username").write_text("obs-exporter")
    kept = {"queues": ["mail"], "host": "127.0.0.1", "port": broker.nodes[0].amqp}
    login = {key: target["declare"][key].rpartition("event-api-")[2] for key in ("username_file", "password_file")}
    nodes = [{"host": "127.0.0.1", "port": free_port(), "management_port": free_port()}]
    config = config_for(broker, tmp_path, nodes=nodes, vhosts={"/": ["mail"]})
    config["declare"] = kept | {key: str(tmp_path / file) for key, file in login.items()}
    with watching(config) as watch:
        page = watch.until(lambda page: page("event_queue_messages", vhost="/", queue="mail", state="ready") == 0)
    assert page("event_permission_granted", permission="declare") == 1


def test_the_user_of_passive_declares_neither_takes_nor_deletes_nor_publishes(broker: Broker) -> None:
    definitions, _ = generated()
    broker.queue("mail")
    broker.api("POST", "definitions", definitions)
    broker.api("PUT", "users/obs-declare", {"password": PASSWORD, "tags": "management"})  # a way in for this test
    touches = (
        ("DELETE", "queues/%2F/mail", None),
        ("DELETE", "queues/%2F/mail/contents", None),
        ("POST", "queues/%2F/mail/get", {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}),
        ("POST", "exchanges/%2F/amq.default/publish", PUBLISHED),
        ("PUT", "exchanges/%2F/peatio.matching", {"type": "direct"}),
    )
    for method, path, body in touches:
        with pytest.raises(urllib.error.HTTPError, match=r"40[0135]"):
            broker.api(method, path, body, user="obs-declare", password=PASSWORD)
