"""Grafana's own models as judges: our JSON decoded by grafana-foundation-sdk and written again."""

import json
import warnings
from collections.abc import Iterator
from typing import Any

with warnings.catch_warnings():  # The SDK marks its v1 models as deprecated in favour of v2; both are wanted here.
    warnings.simplefilter("ignore")
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.plugins import register_default_plugins
    from grafana_foundation_sdk.cog.runtime import panelcfg_options_from_json
    from grafana_foundation_sdk.models import dashboard, dashboardv2, resource

register_default_plugins()

Json = dict[str, Any]


class _Encoder(JSONEncoder):
    """The SDK decodes `group` and `version` of a v2 panel into one-element sets; write the element."""

    def default(self, o: Any) -> Any:
        return next(iter(o)) if isinstance(o, set) else super().default(o)


def classic_again(ours: Json) -> Json:
    """A classic dashboard through the SDK's v1 models."""
    again: Json = _plain(dashboard.Dashboard.from_json(ours))
    return again


def resource_again(ours: Json) -> Json:
    """A v2 resource through the SDK's models, panel options (which it leaves as they are) included."""
    again: Json = _plain(resource.Manifest.from_json(ours))
    again["spec"] = _plain(dashboardv2.Dashboard.from_json(ours["spec"]))
    for element in again["spec"]["elements"].values():
        viz = element["spec"]["vizConfig"]
        viz["spec"]["options"] = _plain(panelcfg_options_from_json(viz["spec"]["options"], viz["group"]))
    for variable, kept in zip(ours["spec"]["variables"], again["spec"]["variables"], strict=True):
        # Grafana wraps a variable's string in an object of its own, which is no Prometheus panel query.
        if variable["kind"] == "QueryVariable":
            kept["spec"]["query"]["spec"] = variable["spec"]["query"]["spec"]
    return again


def _plain(model: object) -> Any:
    return json.loads(json.dumps(model, cls=_Encoder))


def lost(ours: object, again: object, path: str = "$") -> Iterator[str]:
    """Paths of ours that the models do not know or write differently; what they add by default does not count."""
    if isinstance(ours, dict) and isinstance(again, dict):
        for key, value in ours.items():
            yield from lost(value, again[key], f"{path}.{key}") if key in again else [f"{path}.{key}"]
    elif isinstance(ours, list) and isinstance(again, list) and len(ours) == len(again):
        for i, (one, other) in enumerate(zip(ours, again, strict=True)):
            yield from lost(one, other, f"{path}[{i}]")
    elif ours != again:
        yield f"{path}: {ours!r} became {again!r}"
