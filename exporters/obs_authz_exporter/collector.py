"""What the prober counted, onto the page: no I/O, no clock but the one brought along."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from obs_authz_exporter import metrics as rows
from obs_authz_exporter.files import Credentials, Verifier
from obs_authz_exporter.jwt import KeyWrong
from obs_authz_exporter.prober import Clocks, Prober
from obs_exporter.collect import Clock, CollectFailed, Deadline
from obs_exporter.page import Page
from obs_exporter.secret import SecretMissing

LATE = 3
"""Intervals after which a probe that was not sent counts as not sent in the last round: one may be skipped."""


class Probes:
    """Everything the probes told; fails when one of them is not sent any more."""

    name = "probes"

    def __init__(
        self, probers: Sequence[Prober], clocks: Clocks, *, edges: tuple[float, ...], interval: float, monotonic: Clock
    ) -> None:
        self._probers, self._clocks = probers, clocks
        self._duration = replace(rows.DURATION, buckets=edges)
        self._longest = LATE * interval
        self._monotonic = monotonic
        self._began = monotonic()

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Counts of every probe, the last token, and whether all of it is fresh."""
        for prober in self._probers:
            self._write(page, prober)
        self._write_token(page)
        silent = [prober for prober in self._probers if not self._fresh(prober)]
        page.set(rows.UP, float(not silent))
        if len(silent) == len(self._probers):
            raise CollectFailed("stalled", "no probe has been sent for several intervals")

    def _fresh(self, prober: Prober) -> bool:
        last = prober.tally.last_sent
        return self._monotonic() - (self._began if last is None else last) <= self._longest

    def _write(self, page: Page, prober: Prober) -> None:
        labels, tally = prober.probe.labels, prober.tally
        page.set(rows.ATTEMPTS, tally.attempts, *labels)
        page.set(rows.SKIPPED, prober.skipped, *labels)
        for reason, count in tally.failures.items():
            page.set(rows.FAILURES, count, *labels, reason)
        for code, count in tally.answers.items():
            page.set(rows.ANSWERS, count, *labels, code)
        page.histogram(self._duration, tally.buckets, tally.seconds, *labels)
        for phase, seconds in tally.phases.items():
            page.set(rows.PHASE, seconds, *labels, phase)
        if tally.succeeded is not None:
            page.set(rows.SUCCESS, float(tally.succeeded), *labels)
        page.set(rows.LAST_SUCCESS, tally.last_success, *labels)

    def _write_token(self, page: Page) -> None:
        token = self._clocks.token
        if self._clocks.skew is not None:
            page.set(rows.SKEW, self._clocks.skew)
        if token is None:
            return
        for check, passed in token.checks.items():
            page.set(rows.VALID, float(passed), check)
        if token.lifetime is not None:
            page.set(rows.LIFETIME, token.lifetime)


class Readable:
    """Whether a file the prober needs can be used: its credentials, its keys."""

    def __init__(self, name: str, read: Callable[[], object]) -> None:
        self.name = name
        self._read = read

    async def collect(self, page: Page, deadline: Deadline) -> None:
        """Nothing for the page but success."""
        try:
            self._read()
        except SecretMissing as error:
            raise CollectFailed("missing", str(error)) from None
        except KeyWrong as error:
            raise CollectFailed("invalid", f"the public key cannot be used: {error}") from None


def credentials(of: Credentials) -> Readable:
    """The collector that tells whether calls can be signed."""
    return Readable("credentials", lambda: of.headers(0.0))


def keys(of: Verifier) -> Readable:
    """The collector that tells whether tokens can be verified."""
    return Readable("keys", of.key)
