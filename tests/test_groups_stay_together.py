"""Tests that share a server stay on one worker: what `--dist loadgroup` promises, and a pair of releases broke."""

import pytest


@pytest.mark.xdist_group("together")
def test_a_worker_knows_the_group_of_a_test(request: pytest.FixtureRequest) -> None:
    grouping = getattr(request.config.option, "loadgroup", False)  # set on workers alone
    assert request.node.nodeid.endswith("@together") or not grouping
