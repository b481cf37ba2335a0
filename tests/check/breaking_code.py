"""One way to break each promise about dashboards as code, on a bundle that keeps them all."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from obs.conventions import KIBANA_CODE
from obs.model.bundle import Bundle

Break = Callable[[Bundle], Bundle]
GATEWAY = f"{KIBANA_CODE}/obs-logs-gateway.json"


def coded(change: Callable[[Any], object]) -> Break:
    """The gateway's dashboard changed in place."""

    def changed(bundle: Bundle) -> Bundle:
        data = json.loads(bundle.artifacts[GATEWAY])
        change(data)
        return replace(bundle, artifacts={**bundle.artifacts, GATEWAY: json.dumps(data)})

    return changed


def chart(kind: str, change: Callable[[Any], object]) -> Break:
    """The first visualization of a kind changed in place."""
    return coded(lambda data: change(next(p["config"] for p in data["panels"] if p["config"].get("type") == kind)))


def without(bundle: Bundle) -> Bundle:
    """The gateway's dashboard is not there as code."""
    return replace(bundle, artifacts={path: text for path, text in bundle.artifacts.items() if path != GATEWAY})


def another(bundle: Bundle) -> Bundle:
    """A dashboard is there as code only."""
    path = GATEWAY.replace("gateway", "nothing")
    return replace(bundle, artifacts={**bundle.artifacts, path: bundle.artifacts[GATEWAY]})


BREAKS_OF_CODE: dict[str, tuple[Break, ...]] = {
    "coded-shapes": (
        coded(lambda data: data.pop("title")),
        coded(lambda data: data.update(timeRange={})),
        coded(lambda data: data["panels"].append({"type": "map", "grid": {"x": 0, "y": 99}, "config": {}})),
        coded(lambda data: data["panels"].extend(data["panels"] * 10)),
        coded(lambda data: data["query"].update(language="kuery")),
        coded(lambda data: data.update(panels={})),
        chart("xy", lambda config: config["layers"][0].update(type="bars")),
        chart("xy", lambda config: config["layers"][0]["x"].update(interval="auto")),
        chart("metric", lambda config: config["metrics"][0].update(type="first")),
        chart("data_table", lambda config: config["rows"][0].update(size=3)),
        chart("data_table", lambda config: config["metrics"][0].update(operation="unique_values")),
        chart("region_map", lambda config: config["region"]["ems"].pop("join")),
    ),
    "coded-references": (
        coded(lambda data: data["tags"].append("other")),
        coded(lambda data: data["pinned_panels"][0]["config"].update(data_view_id="other")),
        coded(lambda data: data["panels"][-1]["config"].update(ref_id="obs-search-gateway-nothing")),
        chart("xy", lambda config: config["layers"][0]["data_source"].update(ref_id="other")),
        chart("metric", lambda config: config["data_source"].update(ref_id="other")),
    ),
    "coded-counterparts": (
        without,
        another,
        coded(lambda data: data["panels"].pop()),
        coded(lambda data: data["panels"][1]["grid"].update(w=1)),
        chart("xy", lambda config: config.update(title="Another")),
        chart("region_map", lambda config: config.update(query={"expression": "log.level: error", "language": "kql"})),
    ),
}
