"""Putting the bundle's request bodies on a node, as `obs apply elasticsearch` does."""

from obs.model.plan import Plan
from obs.model.search_store import PATHS, Stored
from obs.render.elasticsearch import bodies
from tests.engines.servers.rest import Answer, Rest
from tests.small import small_plan

LOGS = """
logging:
  classes:
    - {name: trading, namespaces: [web], retention: 90d, priority: high}
    - {name: brief, namespaces: [sandbox], retention: 36h}
  elasticsearch: {snapshots: nightly, geoip: true}
"""

APPLIED = """
name: applied
cluster: applied
services:
  - {component: envoy, namespace: web}
notify:
  receivers:
    - {name: on-call, type: slack}
logging:
  classes:
    - {name: applied, namespaces: [web], retention: RETENTION}
  elasticsearch: {snapshots: nightly, geoip: true}
"""
"""A spec with a class whose retention is to be filled in."""


def plan_with_logs(extra: str = "") -> Plan:
    """A small platform with three classes of logs."""
    return small_plan(LOGS + extra)


def put(node: Rest, stored: Stored) -> Answer:
    """What the node says to one body."""
    return node.ask("PUT", f"{PATHS[stored.kind]}/{stored.name}", stored.body)


def put_all(node: Rest, plan: Plan) -> dict[str, Answer]:
    """Every body but keys, in the order they are applied; path -> answer."""
    return {stored.path: put(node, stored) for stored in bodies(plan) if stored.kind != "api-keys"}
