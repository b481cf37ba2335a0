"""One probe's life: sent at its beats, never more at once than its bound, each result into its tally."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from obs_authz_exporter.client import Address, Answer, Call, get
from obs_authz_exporter.jwt import Token
from obs_authz_exporter.probes import HEADERS, Probe, Verdict, bearer, judged
from obs_authz_exporter.schedule import Schedule
from obs_authz_exporter.tally import Tally
from obs_exporter.collect import Clock
from obs_exporter.secret import SecretMissing

Sign = Callable[[float], Mapping[str, str]]
"""Unix time -> headers of a call by API key. Raises SecretMissing."""
Examine = Callable[[str, float], Token | None]
"""(token, Unix time) -> what there is to say of it."""


class Clocks:
    """What Barong's own answers told: the last token, and how far its clock is off.

    For `patience` seconds a token's word on the time outweighs the Date header, which a proxy may have written.
    """

    def __init__(self, *, patience: float = 3.0) -> None:
        self._patience = patience
        self.token: Token | None = None
        self.skew: float | None = None
        """Barong's clock less ours, in seconds."""
        self._told_by_token = -math.inf

    def told(self, answer: Answer, token: Token | None, *, now: float) -> None:
        """Take over what an answer says. iat and Date are whole seconds: half a second more is their middle."""
        if token:
            self.token = token
        if token and token.issued is not None:
            self.skew, self._told_by_token = token.issued + 0.5 - now, now
        elif now - self._told_by_token > self._patience:
            date = _date(answer.headers.get("date", ""))
            self.skew = date + 0.5 - now if date is not None else self.skew


class Prober:
    """Sends one probe on its schedule until it is closed."""

    def __init__(
        self,
        probe: Probe,
        address: Address,
        *,
        tally: Tally,
        clocks: Clocks,
        interval: float,
        timeout: float,
        sign: Sign | None,
        examine: Examine,
        monotonic: Clock = time.monotonic,
        wall: Clock = time.time,
    ) -> None:
        self.probe, self.tally = probe, tally
        self._address, self._clocks = address, clocks
        self._interval, self._timeout = interval, timeout
        self._sign, self._examine = sign, examine
        self._monotonic, self._wall = monotonic, wall
        self.bound = int(timeout / interval) + 2
        """The most calls under way at once: what the timeout lets pile up, and one that is late."""
        self._under_way: set[asyncio.Task[None]] = set()
        self._schedule: Schedule | None = None

    @property
    def skipped(self) -> int:
        """Beats for which no probe was sent."""
        return self._schedule.skipped if self._schedule else 0

    async def run(self) -> None:
        """Beat after beat, until cancelled; calls under way are then given up."""
        self._schedule = Schedule(interval=self._interval, now=self._monotonic())
        try:
            while True:
                await asyncio.sleep(max(0.0, self._schedule.due - self._monotonic()))
                self._beat(self._schedule)
                self._schedule.advance(self._monotonic())
        finally:
            for call in tuple(self._under_way):
                call.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _beat(self, schedule: Schedule) -> None:
        try:
            headers = self._headers()
        except SecretMissing:
            headers = None
        if headers is None or len(self._under_way) >= self.bound:
            schedule.skip()
            return
        call = asyncio.create_task(self._call(headers))
        self._under_way.add(call)
        call.add_done_callback(self._under_way.discard)

    def _headers(self) -> dict[str, str]:
        return {**HEADERS, **(self._sign(self._wall()) if self._sign else {})}

    async def _call(self, headers: Mapping[str, str]) -> None:
        self.tally.sent(self._monotonic())
        call = await get(self._address, self.probe.path, headers, timeout=self._timeout, clock=self._monotonic)
        self.tally.ended(call, self._verdict(call), now=self._wall())

    def _verdict(self, call: Call) -> Verdict:
        if call.answer is None:
            return Verdict()
        token = None
        if self.probe.via == "direct":
            now, said = self._wall(), bearer(call.answer)
            token = self._examine(said, now) if said else None
            self._clocks.told(call.answer, token, now=now - call.seconds / 2)
        return judged(self.probe, call.answer, token)


def _date(header: str) -> float | None:
    """Unix time of a Date header."""
    try:
        return parsedate_to_datetime(header).timestamp()
    except ValueError:
        return None
