"""A one-service platform of the real catalogue, for tests that need a bundle but not the whole reference."""

from obs import bundle as pipeline
from obs import library
from obs.model.bundle import Bundle
from obs.model.plan import Plan
from obs.resolve import resolve
from obs.spec import load_text

SPEC = """
name: small
cluster: one
services:
  - {component: envoy, namespace: web}
notify:
  receivers:
    - {name: on-call, type: slack}
"""


def small_plan(extra: str = "") -> Plan:
    """The plan of a platform with a gateway and nothing else; `extra` is YAML at the top level."""
    implied = [name for name, c in library.components().items() if c.implied]
    text = SPEC + (f"without: [{', '.join(implied)}]\n" if implied else "") + extra
    platform = load_text(text, "small.yaml", library.components())
    return resolve(platform, {"envoy": library.knowledge(library.components()["envoy"])})


def small_bundle(extra: str = "") -> Bundle:
    """The same platform's bundle."""
    return pipeline.render(small_plan(extra))
