"""What has been counted of one probe since the exporter started."""

from bisect import bisect_left
from collections.abc import Sequence

from obs_authz_exporter.answers import CODES, REASONS
from obs_authz_exporter.client import Call
from obs_authz_exporter.probes import Verdict


class Tally:
    """Counts of one probe asked one way. Every attempt that ended is in the histogram, answered or not."""

    def __init__(self, *, edges: Sequence[float], timeout: float) -> None:
        self._edges, self._timeout = edges, timeout
        self.attempts = 0
        self.failures = dict.fromkeys(REASONS, 0)
        self.answers = dict.fromkeys(CODES, 0)
        self.buckets = [0] * (len(edges) + 1)
        self.seconds = 0.0
        """Sum of all observations."""
        self.phases: dict[str, float] = {}
        """Phases of the last call."""
        self.succeeded: bool | None = None
        """Whether the last call got the right answer; None before the first."""
        self.last_success = 0.0
        """Unix time; 0 while there was none."""
        self.last_sent: float | None = None
        """Moment of the last attempt, on the monotonic clock."""

    def sent(self, moment: float) -> None:
        """A probe goes out."""
        self.attempts += 1
        self.last_sent = moment

    def ended(self, call: Call, verdict: Verdict, *, now: float) -> None:
        """A probe came to its end. One without an answer counts with the timeout's length, however it ended."""
        seconds = call.seconds if call.answer else self._timeout
        self.buckets[bisect_left(self._edges, seconds)] += 1
        self.seconds += seconds
        self.phases = dict(call.phases)
        reason = call.reason or verdict.reason
        self.succeeded = not reason
        if reason:
            self.failures[reason] += 1
        else:
            self.last_success = now
        if verdict.code:
            self.answers[verdict.code] += 1
