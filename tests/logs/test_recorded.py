"""The recorded run of real Fluentd is one of the configuration as it is now, and it lost nothing."""

import json

from tests.logs import stage, test_fluentd, test_fluentd_aggregator, test_fluentd_node
from tests.logs.prove import RECORD, digest

RECORDED = json.loads(RECORD.read_text(encoding="utf-8"))
TOLL = RECORDED["toll"]


def test_the_recorded_run_is_one_of_this_configuration() -> None:
    assert RECORDED["configuration"] == digest(stage.mechanics()), "run make prove-logs where fluentd is on PATH"


def test_every_test_of_real_fluentd_passed() -> None:
    modules = (test_fluentd, test_fluentd_aggregator, test_fluentd_node)
    known = {f"{m.__name__.replace('.', '/')}.py::{name}" for m in modules for name in vars(m) if name[:5] == "test_"}
    assert set(RECORDED["tests"]) == known


def test_no_line_was_lost_and_none_is_there_twice() -> None:
    assert (TOLL["lost"], TOLL["duplicated"]) == (0, 0)
    assert TOLL["stored"] + TOLL["refused"] == TOLL["lines"] >= 200_000


def test_every_refused_document_is_among_the_dead_letters() -> None:
    assert TOLL["dead_letters"] == TOLL["refused"] > 0


def test_all_of_the_trouble_happened() -> None:
    assert min(TOLL["rotations"], TOLL["busy_answers"], TOLL["conflicts"], TOLL["kills"], TOLL["restarts"]) > 0
