"""Who hears of what: the spec's routes, sensible ones without them, and what nobody would hear."""

from dataclasses import replace

import pytest

from obs.model.platform import Notify, Receiver, Route
from obs.model.routing import NOBODY, Matcher, default_receiver, legs, receivers, unheard
from tests.render.alert_plans import NOTIFY

PAGER = Receiver(name="pager", kind="pagerduty")
CHAT = Receiver(name="chat", kind="slack")
MAIL = Receiver(name="mail", kind="email")
BEAT = Receiver(name="beat", kind="webhook")


def told(notify: Notify, **labels: str) -> tuple[str, ...]:
    return receivers(notify, labels)


def test_the_first_route_that_matches_wins() -> None:
    assert told(NOTIFY, component="broker", severity="warning") == ("pager", "chat")


def test_a_route_that_continues_lets_the_next_ones_be_tried() -> None:
    assert told(NOTIFY, component="queue", severity="warning", team="shop") == ("mail", "teams")


def test_a_route_matches_only_when_every_field_does() -> None:
    assert told(NOTIFY, alertname="StoreDown", severity="critical") == ("phone",)
    assert told(NOTIFY, alertname="StoreDown", severity="info") == ("hook",)


def test_what_no_route_claims_goes_to_the_default() -> None:
    assert told(NOTIFY, component="fleet", severity="critical") == ("hook",)


def test_the_watchdog_goes_to_the_heartbeat_whatever_the_routes_say() -> None:
    assert told(NOTIFY, alertname="Watchdog", component="broker", severity="critical") == ("beat",)


def test_a_pager_is_not_told_of_info_unless_the_route_names_it() -> None:
    assert told(NOTIFY, component="broker", severity="info") == ("chat",)
    named = replace(NOTIFY, routes=(Route(receivers=("pager",), severity=("info",)),))
    assert told(named, severity="info") == ("pager",)


def test_info_does_not_fall_to_a_pager_that_is_the_default() -> None:
    notify = Notify(receivers=(PAGER, CHAT), routes=(Route(receivers=("chat",), team=("a",)),), default="pager")
    assert told(notify, severity="info") == ("chat",)
    assert told(notify, severity="warning") == ("pager",)


@pytest.mark.parametrize(
    ("channels", "critical", "warning", "info"),
    [
        ((PAGER, CHAT, MAIL), ("pager", "chat"), ("chat",), ("chat",)),
        ((PAGER, MAIL), ("pager", "mail"), ("mail",), ("mail",)),
        ((CHAT,), ("chat",), ("chat",), ("chat",)),
        ((PAGER,), ("pager",), ("pager",), (NOBODY,)),
        ((), (NOBODY,), (NOBODY,), (NOBODY,)),
    ],
)
def test_without_routes_critical_pages_and_the_rest_is_read(
    channels: tuple[Receiver, ...], critical: tuple[str, ...], warning: tuple[str, ...], info: tuple[str, ...]
) -> None:
    notify = Notify(receivers=(*channels, BEAT), heartbeat="beat")
    assert told(notify, severity="critical") == critical
    assert told(notify, severity="warning") == warning
    assert told(notify, severity="info") == info


def test_the_heartbeat_receiver_is_nobodys_default() -> None:
    assert default_receiver(Notify(receivers=(BEAT, MAIL), heartbeat="beat")) == "mail"


def test_the_heartbeat_goes_out_every_minute() -> None:
    first = legs(NOTIFY)[0]
    assert first.heartbeat
    assert first.repeat == "50s"


def test_matchers_speak_alertmanagers_language() -> None:
    assert str(Matcher(label="team", values=("a",))) == 'team="a"'
    assert str(Matcher(label="team", values=("a", "b.c"), negated=True)) == 'team!~"a|b\\\\.c"'
    assert str(Matcher(label="team", values=("a", "b"))) == 'team=~"a|b"'


def test_a_spec_without_receivers_is_told_that_nobody_hears_anything() -> None:
    assert [what for what, _ in unheard(Notify())] == ["no receiver is named: no alert reaches anybody"]


def test_a_platform_with_only_a_pager_is_told_who_misses_what() -> None:
    told_off = [what for what, _ in unheard(Notify(receivers=(PAGER,)))]
    assert told_off[0] == "info alerts reach nobody"
    assert "Watchdog" in told_off[1]


def test_a_platform_whose_alerts_all_reach_somebody_is_told_nothing() -> None:
    assert unheard(NOTIFY) == ()
