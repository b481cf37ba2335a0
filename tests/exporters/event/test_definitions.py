"""The users the bundle brings for the broker are let in by a real one, and may do what they are for and no more."""

import json
import urllib.error
from pathlib import Path

import pytest

from tests.engines.servers.rabbitmq import Broker
from tests.exporters.event.watching import PASSWORD, config_for, watching

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
