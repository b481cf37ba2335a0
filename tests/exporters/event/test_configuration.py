"""The configuration: what `obs build` generates, what is refused, and where the nodes are."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from obs import library
from obs.render.kube.event_exporter import QUEUE_OPTIONS
from obs_event_exporter.__main__ import EXPORTER
from obs_event_exporter.config import broker
from obs_event_exporter.nodes import Nodes
from obs_exporter.collect import CollectFailed, Deadline
from obs_exporter.config import ConfigWrong, Data, load
from obs_exporter.program import main

GENERATED = Path(__file__).parents[3] / "exporters" / "deploy" / "config" / "obs-event-exporter.yaml"
TARGET = {"name": "bus", "host": "rabbitmq-headless", "username_file": "/u", "password_file": "/p"}
OPTIONS = {option.name: option.default for option in library.components()["event_api"].options}


def generated() -> Data:
    """The one target of the reference platform."""
    (target,) = load(GENERATED, EXPORTER.document_schema)["targets"]
    return dict(target)


def test_the_generated_configuration_is_accepted_by_the_program() -> None:
    assert main(EXPORTER, ["--config", str(GENERATED), "--check"]) == 0


def test_every_queue_an_alert_asks_for_is_expected_by_name() -> None:
    told = broker(generated()).topology
    asked = {name for option in QUEUE_OPTIONS for name in OPTIONS[option]}  # type: ignore[union-attr]
    assert {name for _, name in told.expected} == asked


def test_no_option_of_queues_is_left_out() -> None:
    how = {"declare_queues"}  # how queues are asked about, not which ones are expected
    assert {name for name in OPTIONS if name.endswith("_queues")} == {*QUEUE_OPTIONS, *how}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("rango.instance.3f2a", "rango.instance.*"),
        ("rango.instance.private-3f2a", "rango.instance.*"),
        ("ranger.pod1b2c", "ranger.*"),
        ("amq.gen-Xa1", "amq.gen-*"),
        ("obs.tap.0123", "obs.tap.*"),
        ("peatio.ranger.new_orders", "peatio.ranger.new_orders"),
        ("rango_instance.x", "rango_instance.x"),
    ],
)
def test_names_made_up_at_run_time_are_counted_as_one(name: str, label: str) -> None:
    assert broker(generated()).topology.label(("/", name)) == ("/", label)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"host": None}, "host"),
        ({"prot": 1}, 'did you mean "port"?'),
        ({"groups": {"x.*": "x[.*"}}, "regular expression"),
        ({"vhosts": {}}, "fewer than 1"),
        ({"password": "typed here"}, "password"),
        ({"port": 0}, "at least 1"),
        ({"limits": {"queues": 0}}, "at least 1"),
        ({"tap": {"events": {}, "public_key_file": "/k"}}, "fewer than 1"),
        ({"declare": {"queues": []}}, "fewer than 1"),
        ({"declare": {"queue": ["mail"]}}, 'did you mean "queues"?'),
        ({"declare": {"queues": ["mäil"]}}, "a queue's name of letters"),
    ],
)
def test_a_wrong_configuration_is_told_by_its_place(tmp_path: Path, change: Data, says: str) -> None:
    target = {key: value for key, value in {**TARGET, **change}.items() if value is not None}
    file = tmp_path / "config.yaml"
    file.write_text(f"targets: [{target!r}]\n", encoding="utf-8")
    with pytest.raises(ConfigWrong) as error:
        load(file, EXPORTER.document_schema)
    assert says in str(error.value)
    assert "typed here" not in str(error.value)


def test_every_address_of_the_name_is_a_node_and_the_last_ones_are_kept_while_it_has_none() -> None:
    answers: list[Sequence[str] | OSError] = [["10.0.0.1", "10.0.0.2"], OSError("no name server"), ["10.0.0.2"]]

    async def resolve(host: str) -> Sequence[str]:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    async def found() -> list[list[str]]:
        nodes = Nodes(broker(TARGET), resolve=resolve)
        return [[node.metrics.host for node in await nodes.find(Deadline(1))] for _ in range(3)]

    assert asyncio.run(found()) == [["10.0.0.1", "10.0.0.2"], ["10.0.0.1", "10.0.0.2"], ["10.0.0.2"]]


def test_a_name_without_an_address_is_a_failure() -> None:
    async def resolve(host: str) -> Sequence[str]:
        return ()

    async def find() -> None:
        await Nodes(broker(TARGET), resolve=resolve).find(Deadline(1))

    with pytest.raises(CollectFailed, match="rabbitmq-headless has no address"):
        asyncio.run(find())
