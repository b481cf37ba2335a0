"""Who hears of an alert: the spec's routes as one ordered list of legs, and what it decides for a set of labels."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from obs.model.platform import Notify, Receiver, Route

NOBODY = "nobody"
"""The receiver without an integration: what ends there is seen in Alertmanager and on dashboards only."""

WATCHDOG = "Watchdog"
"""The alert that always fires, so that its absence tells of a broken pipeline."""

_PAGERS = ("pagerduty",)
_CHATS = ("slack", "msteams", "telegram")
HEARTBEAT_REPEAT = "50s"
"""With a group interval of 20 s the third one is the first to be due: a heartbeat goes out every minute."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Matcher:
    """One condition on a label, in Alertmanager's words; several `values` are alternatives."""

    label: str
    values: tuple[str, ...]
    negated: bool = False

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the label's value (empty when absent) meets the condition."""
        return (labels.get(self.label, "") in self.values) != self.negated

    def __str__(self) -> str:
        if len(self.values) == 1:
            return f'{self.label}{"!=" if self.negated else "="}"{self.values[0]}"'
        return f'{self.label}{"!~" if self.negated else "=~"}"{"|".join(map(_literal, self.values))}"'


def _literal(value: str) -> str:
    """The value within a regular expression within a quoted string, so that its own backslash is written twice."""
    return re.sub(r"[.+*?()\[\]{}|^$]", lambda found: f"\\\\{found[0]}", value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One route to one receiver; with `carry_on` the next legs are tried, too."""

    receiver: str
    matchers: tuple[Matcher, ...] = ()
    carry_on: bool = False
    mute: tuple[str, ...] = ()
    repeat: str = ""
    heartbeat: bool = False

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels takes this leg."""
        return all(matcher.matches(labels) for matcher in self.matchers)


def taken(notify: Notify, labels: Mapping[str, str]) -> tuple[Leg, ...]:
    """The legs an alert takes, in order: up to the first without `carry_on`; the default leg when none matches."""
    found: list[Leg] = []
    for leg in legs(notify):
        if leg.matches(labels):
            found.append(leg)
            if not leg.carry_on:
                break
    return tuple(found) or (Leg(receiver=default_receiver(notify)),)


def receivers(notify: Notify, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the receivers an alert with these labels reaches, each once, in order."""
    return tuple(dict.fromkeys(leg.receiver for leg in taken(notify, labels)))


def default_receiver(notify: Notify) -> str:
    """The spec's default, else the first chat, the first other channel, the first pager, or nobody."""
    if notify.default:
        return notify.default
    people = _people(notify)
    ranked = [r for r in people if r.kind in _CHATS] + [r for r in people if r.kind not in _PAGERS] + list(people)
    return ranked[0].name if ranked else NOBODY


@cache
def legs(notify: Notify) -> tuple[Leg, ...]:
    """Every leg in order: the heartbeat, the spec's routes (or sensible ones), the guard that keeps info off pagers."""
    beat = Leg(
        receiver=notify.heartbeat or NOBODY,
        matchers=(Matcher(label="alertname", values=(WATCHDOG,)),),
        repeat=HEARTBEAT_REPEAT,
        heartbeat=True,
    )
    routed = [leg for route in routes(notify) for leg in _legs(notify, route)]
    return (beat, *routed, *_guard(notify))


def routes(notify: Notify) -> tuple[Route, ...]:
    """The spec's routes. Without any: critical pages and is told in chat, the rest goes to chat, mail or webhook."""
    if notify.routes or not _people(notify):
        return notify.routes
    people = _people(notify)
    pagers = tuple(r.name for r in people if r.kind in _PAGERS)
    others = tuple(r.name for r in people if r.kind not in _PAGERS)
    readers = tuple(r.name for r in people if r.kind in _CHATS) or others
    return (
        Route(receivers=pagers + readers, severity=("critical",)),
        Route(receivers=readers or pagers, severity=("warning",)),
        Route(receivers=readers or (NOBODY,), severity=("info",)),
    )


def _people(notify: Notify) -> tuple[Receiver, ...]:
    return tuple(r for r in notify.receivers if r.name != notify.heartbeat)


def _pagers(notify: Notify) -> set[str]:
    return {r.name for r in notify.receivers if r.kind in _PAGERS}


def _legs(notify: Notify, route: Route) -> list[Leg]:
    """One leg per receiver. Pagers come first, so that the last leg, which ends the search, has no extra condition."""
    pagers = _pagers(notify)
    ordered = sorted(route.receivers, key=lambda name: name not in pagers)
    last = len(ordered) - 1
    return [
        Leg(
            receiver=name,
            matchers=_matchers(route, pager=name in pagers),
            carry_on=route.carry_on or position < last,
            mute=route.mute,
            repeat=route.repeat,
        )
        for position, name in enumerate(ordered)
    ]


def _matchers(route: Route, *, pager: bool) -> tuple[Matcher, ...]:
    given = {"severity": route.severity, "component": route.component, "team": route.team, "alertname": route.alert}
    found = tuple(Matcher(label=label, values=values) for label, values in given.items() if values)
    if pager and not route.severity:
        return (*found, Matcher(label="severity", values=("info",), negated=True))
    return found


def _guard(notify: Notify) -> tuple[Leg, ...]:
    """When the default is a pager, info goes to somebody who reads instead."""
    if default_receiver(notify) not in _pagers(notify):
        return ()
    readers = [r.name for r in _people(notify) if r.kind not in _PAGERS]
    return (Leg(receiver=readers[0] if readers else NOBODY, matchers=(Matcher(label="severity", values=("info",)),)),)


def unheard(notify: Notify) -> tuple[tuple[str, str], ...]:
    """What nobody would hear: (what is wrong, what to do) for each kind of alert that ends without an integration."""
    if not notify.receivers:
        return (("no receiver is named: no alert reaches anybody", "add `notify.receivers` to the spec"),)
    found = []
    for severity in ("critical", "warning", "info"):
        if NOBODY in receivers(notify, {"severity": severity}):
            found.append((f"{severity} alerts reach nobody", "add a chat, e-mail or webhook receiver for them"))
    if not notify.heartbeat:
        missing = f"nobody hears {WATCHDOG}, so a dead alerting pipeline looks like a quiet night"
        found.append((missing, "name a `notify.heartbeat` receiver outside this cluster"))
    return tuple(found)
