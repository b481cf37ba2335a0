"""The prober as a program, between a real Envoy and a Barong that can do everything wrong: what its page says."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from obs_authz_exporter.answers import REASONS
from obs_authz_exporter.config import settings
from obs_authz_exporter.target import AuthzTarget
from tests.engines.alertmanagers import eventually
from tests.engines.servers.barong import KEY_ID, KEY_SECRET, Conduct
from tests.engines.servers.proxy import Mode
from tests.exporters.authz.bench import ANYBODY, DIRECT, EVERY, KEYS, LIVE_SECONDS, THROUGH, Bench, Probes
from tests.exporters.authz.program import GATEWAY_TIMEOUT, TIMEOUT, config

pytestmark = [pytest.mark.engine("envoy"), pytest.mark.xdist_group("authz-prober")]

FAULTS: list[tuple[str, Conduct, dict[Probes, str], str]] = [
    ("500", Conduct(status=500), {EVERY: "status"}, ""),
    ("a user of another state", Conduct(code="user_not_active"), {EVERY: "code"}, "user_not_active"),
    ("maintenance", Conduct(code="restrict.maintenance"), {EVERY: "code"}, "restrict.maintenance"),
    ("an unknown code", Conduct(code="restrict.moonlight"), {EVERY: "code"}, "other"),
    ("slower than the gateway waits", Conduct(delay=1.2), {THROUGH: "status"}, ""),
    ("silence", Conduct(silent=True), {DIRECT: "timeout", THROUGH: "status"}, ""),
    ("broken connections", Conduct(broken=True), {DIRECT: "protocol|connect", THROUGH: "status"}, ""),
    ("a sealed vault", Conduct(vault_sealed=True), {KEYS: "status"}, ""),
    ("an open door", Conduct(everybody=True), {ANYBODY: "status"}, "ok"),
    ("no token", Conduct(tokenless=True), {KEYS: "token"}, "ok"),
    ("something else for a token", Conduct(text="moonlight"), {KEYS & DIRECT: "token"}, "ok"),
    ("a forged token", Conduct(forged=True), {KEYS & DIRECT: "token"}, "ok"),
    ("a token for others", Conduct(audience=("barong",)), {KEYS & DIRECT: "token"}, "ok"),
    ("a token of others", Conduct(issuer="barng"), {KEYS & DIRECT: "token"}, "ok"),
    ("a token that is over", Conduct(lifetime=-10), {KEYS & DIRECT: "token"}, "ok"),
    ("a clock that is ahead", Conduct(skew=60), {KEYS: "code"}, "nonce_expired"),
    ("an API key that is gone", Conduct(keys={}), {KEYS: "code"}, "unexistent_apikey"),
    ("another secret", Conduct(keys={KEY_ID: "another"}), {KEYS: "code"}, "invalid_signature"),
]


@pytest.mark.parametrize(("conduct", "reasons", "code"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_fault_of_barong_is_told_by_the_right_probes_for_the_right_reason(
    bench: Bench, conduct: Conduct, reasons: dict[Probes, str], code: str
) -> None:
    expected = frozenset().union(*reasons)
    bench.servers.barong.conduct = replace(conduct)
    assert eventually(lambda: bench.failing() == expected, seconds=LIVE_SECONDS), sorted(bench.failing())
    said: list[str] = []

    def told() -> bool:
        said[:] = wrong(bench.grown(), reasons, code)
        return not said

    assert eventually(told, seconds=LIVE_SECONDS), said
    bench.settle()


def wrong(grown: Callable[..., float], reasons: dict[Probes, str], code: str) -> list[str]:
    """What the counters of a while say that the fault does not; a stalled machine may add a timeout to any fault."""
    said = []
    for probes, reason in reasons.items():
        for name, via in probes:
            labels = {"probe": name, "via": via}
            failures = grown("authz_probe_failures_total", **labels)
            known = sum(grown("authz_probe_failures_total", **labels, reason=each) for each in reason.split("|"))
            if not failures or failures != known:
                others = {each: grown("authz_probe_failures_total", **labels, reason=each) for each in REASONS}
                said.append(f"{name} {via}: {known:.0f} of {failures:.0f} failures are {reason}: {others}")
            answers = grown("authz_probe_answers_total", **labels)
            if answers != (grown("authz_probe_answers_total", **labels, code=code) if code else 0):
                said.append(f"{name} {via}: answers other than {code or 'none'}")
    sound = EVERY - frozenset().union(*reasons)
    failed = [(name, via) for name, via in sound if grown("authz_probe_failures_total", probe=name, via=via)]
    return [*said, *(f"{name} {via}: fails, too" for name, via in failed)]


@pytest.mark.parametrize(
    ("mode", "reasons"),
    [
        ("blackhole", ["timeout"]),
        ("half-open", ["timeout"]),
        ("slow", ["timeout"]),
        ("reset", ["connect", "protocol"]),
        ("refuse", ["connect"]),
    ],
)
def test_a_fault_of_the_link_is_told_the_page_comes_at_once_and_the_prober_recovers(
    bench: Bench, mode: Mode, reasons: list[str]
) -> None:
    bench.link.mode = mode
    assert eventually(lambda: bench.failing() == DIRECT, seconds=LIVE_SECONDS), sorted(bench.failing())
    started = time.monotonic()
    page = bench.program.page()
    assert time.monotonic() - started < 0.5
    assert page.one("authz_up") == 1
    grown = bench.grown()
    assert sum(grown("authz_probe_failures_total", via="direct", reason=reason) for reason in reasons) > 0
    assert grown("authz_probe_failures_total", via="gateway") == 0
    assert connections(bench.link.port) <= bound(bench) // 2
    bench.settle()


def bound(bench: Bench) -> int:
    """The most connections a prober with this configuration says it opens."""
    made = config(bench.program.folder, port=1, direct=bench.link.port, gateway=bench.servers.envoy.port)
    return AuthzTarget(settings(made["targets"][0])).connections


def connections(port: int) -> int:
    """Connections that clients of this machine have to a port of loopback, or are opening."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(row[2].endswith(f":{port:04X}") and row[3] in ("01", "02") for row in rows)


def test_a_service_behind_the_gateway_that_fails_is_no_failure_of_authz(bench: Bench) -> None:
    for status in (500, 404):
        bench.servers.peatio.conduct.status = status
        assert bench.grown()("authz_probe_failures_total") == 0
    bench.servers.peatio.conduct.status = 0
    bench.servers.peatio.stop()
    try:
        assert bench.grown()("authz_probe_failures_total") == 0
    finally:
        bench.servers.peatio.start()


def test_a_token_the_service_behind_the_gateway_does_not_accept_is_told_through_the_gateway(bench: Bench) -> None:
    bench.servers.peatio.conduct.rejects_tokens = True
    assert eventually(lambda: bench.failing() == KEYS & THROUGH, seconds=LIVE_SECONDS), sorted(bench.failing())
    assert bench.grown()("authz_probe_failures_total", probe="apikey", via="gateway", reason="token") > 0


def test_timeouts_are_in_the_histogram_with_the_length_of_the_timeout(bench: Bench) -> None:
    bench.link.mode = "blackhole"
    assert eventually(lambda: bench.failing() == DIRECT, seconds=LIVE_SECONDS)
    before = bench.program.page()
    time.sleep(TIMEOUT + 0.5)
    after = bench.program.page()

    def grown(name: str, **labels: str) -> float:
        labels |= {"probe": "pass", "via": "direct"}
        return after.one(name, **labels) - before.one(name, **labels)

    count = grown("authz_probe_duration_seconds_count")
    assert count == grown("authz_probe_failures_total", reason="timeout") >= 5
    assert grown("authz_probe_duration_seconds_sum") == pytest.approx(count * TIMEOUT)
    assert grown("authz_probe_duration_seconds_bucket", le=str(GATEWAY_TIMEOUT)) == 0
    assert grown("authz_probe_duration_seconds_bucket", le=str(TIMEOUT)) == count
    assert grown("authz_probe_attempts_total") >= 5, "a link that hangs makes probes slower, not rarer"


@pytest.mark.parametrize("skew", [3.0, -3.0, 60.0, -3600.0])
def test_barongs_clock_is_measured_while_it_signs_and_while_it_refuses(bench: Bench, skew: float) -> None:
    bench.servers.barong.conduct.skew = skew

    def measured() -> bool:
        return abs((bench.program.page().get("authz_jwt_clock_skew_seconds") or 0) - skew) < 1

    assert eventually(measured, seconds=15), bench.program.page().get("authz_jwt_clock_skew_seconds")


CHECKS = {
    "signature": Conduct(forged=True),
    "issuer": Conduct(issuer="barng"),
    "audience": Conduct(audience=("barong",)),
    "expiry": Conduct(lifetime=-10),
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_check_a_token_fails_is_named(bench: Bench, check: str) -> None:
    bench.servers.barong.conduct = replace(CHECKS[check])

    def failed() -> list[str]:
        page = bench.program.page()
        return [each for each in CHECKS if page.one("authz_jwt_valid", check=each) == 0]

    assert eventually(lambda: failed() == [check], seconds=LIVE_SECONDS), failed()


def test_the_lifetime_of_tokens_is_told(bench: Bench) -> None:
    bench.servers.barong.conduct.lifetime = 86_400
    assert eventually(lambda: bench.program.page().get("authz_jwt_lifetime_seconds") == 86_400, seconds=LIVE_SECONDS)


def test_a_rotated_api_key_is_picked_up_without_a_restart(bench: Bench) -> None:
    bench.servers.barong.conduct.keys = {"newprobe02": "rotated-s3cr3t"}
    assert eventually(lambda: bench.failing() == KEYS, seconds=LIVE_SECONDS)
    bench.program.write("api-key-id", "newprobe02\n")
    bench.program.write("api-key-secret", "rotated-s3cr3t\n")
    try:
        assert eventually(lambda: not bench.failing(), seconds=LIVE_SECONDS)
    finally:
        bench.program.write("api-key-id", KEY_ID)
        bench.program.write("api-key-secret", KEY_SECRET)


def test_a_rotated_signing_key_is_picked_up_without_a_restart(bench: Bench) -> None:
    bench.servers.barong.rotate_key()
    assert eventually(lambda: bench.failing() == KEYS & DIRECT, seconds=LIVE_SECONDS)
    bench.program.write("jwt-public-key", bench.servers.barong.public_key)
    assert eventually(lambda: not bench.failing(), seconds=LIVE_SECONDS)


@pytest.mark.parametrize("content", ["", "not a key id\r\nX-Injected: 1"])
def test_credentials_that_cannot_be_used_stop_the_probes_that_need_them_and_say_so(bench: Bench, content: str) -> None:
    bench.program.write("api-key-id", content)
    try:
        assert eventually(lambda: bench.program.page().one("authz_up") == 0, seconds=LIVE_SECONDS)
        page = bench.program.page()
        assert page.one("authz_collector_success", collector="credentials") == 0
        assert page.one("authz_collector_success", collector="probes") == 1
        grown = bench.grown()
        assert grown("authz_probe_attempts_total", probe="apikey") == 0
        assert grown("authz_probe_skipped_total", probe="apikey") > 0
        assert grown("authz_probe_attempts_total", probe="pass") > 0
    finally:
        bench.program.write("api-key-id", KEY_ID)
    assert eventually(lambda: bench.program.page().one("authz_up") == 1, seconds=LIVE_SECONDS)


def test_a_public_key_that_is_none_is_said_and_the_other_checks_go_on(bench: Bench) -> None:
    bench.program.write("jwt-public-key", "moonlight")
    try:
        failed = lambda: bench.program.page().one("authz_collector_success", collector="keys") == 0  # noqa: E731
        assert eventually(failed, seconds=LIVE_SECONDS)
        assert bench.grown()("authz_probe_failures_total") == 0
        assert bench.program.page().one("authz_jwt_valid", check="audience") == 1
    finally:
        bench.program.write("jwt-public-key", bench.servers.barong.public_key)
