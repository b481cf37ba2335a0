"""The panels kept in grafana_built.py are those the installed grafanalib builds."""

import pytest

from obs.render.grafana_built import BUILT
from obs.render.grafana_skeletons import from_grafanalib, skeleton


def test_what_is_kept_is_what_grafanalib_builds() -> None:
    assert from_grafanalib() == BUILT, "run make pages"


@pytest.mark.parametrize("kind", sorted(BUILT))
def test_a_skeleton_is_a_fresh_copy_each_time(kind: str) -> None:
    first = skeleton(kind)
    first["title"] = "changed"
    assert skeleton(kind)["title"] == ""
