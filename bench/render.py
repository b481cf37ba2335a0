"""How fast a spec becomes a bundle: the reference platform in a cold process, and growth up to 1,000 services.

Run with `make bench`. Every figure is the median of several runs in processes of their own; peak memory is the
operating system's own figure for the finished process. The modules are compiled to bytecode, as an installation by pip
leaves them; nothing else is kept from one run for another.
"""

import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "examples" / "opendax.yaml"
RUNS = 5
SIZES = (100, 250, 500, 1000)
KINDS = ("envoy", "postgresql", "mysql", "rabbitmq")
LIMITS = {"reference seconds": 1.0, "1000 services seconds": 10.0, "1000 services MiB": 1024.0}


def platform(services: int) -> str:
    """A spec with that many services, spread over the kinds a platform has many of."""
    head = "name: synthetic\ncluster: bench\nnotify:\n  receivers:\n    - {name: on-call, type: slack}\nservices:\n"
    rows = (
        f"  - {{name: {KINDS[n % len(KINDS)]}-{n:04d}, component: {KINDS[n % len(KINDS)]}, namespace: team-{n % 20}}}\n"
        for n in range(services)
    )
    return head + "".join(rows)


def measure(spec: Path) -> tuple[float, float, int]:
    """(seconds of wall clock, MiB at the peak, files) of one cold `obs build`."""
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryFile("w+") as said:
        command = [sys.executable, "-m", "obs", "build", str(spec), "--out", out, "--json"]
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
        if process.returncode:
            sys.exit(f"obs build {spec.name} failed:\n{text}")
        return seconds, usage.ru_maxrss / 1024, int(json.loads(text)["files"]["added"])


def median(spec: Path, runs: int) -> tuple[float, float, int]:
    """Medians of several runs after one that warms the file cache."""
    measure(spec)
    found = [measure(spec) for _ in range(runs)]
    return statistics.median(f[0] for f in found), statistics.median(f[1] for f in found), found[0][2]


def fit(points: list[tuple[int, float]]) -> tuple[float, float, float]:
    """Least squares line: (seconds per 1,000 services, seconds at none, share of variance explained)."""
    xs, ys = [x / 1000 for x, _ in points], [y for _, y in points]
    slope, start = statistics.linear_regression(xs, ys)
    return slope, start, statistics.correlation(xs, ys) ** 2


def main() -> int:
    """Print the figures; 1 when one is over its limit."""
    compileall.compile_dir(ROOT / "obs", quiet=1)
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores")
    seconds, peak, files = median(REFERENCE, RUNS)
    found = {"reference seconds": seconds}
    print(f"reference platform, cold process: {seconds:.2f} s, {peak:.0f} MiB, {files} files (median of {RUNS})")
    points = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            spec = Path(folder) / f"services-{size}.yaml"
            spec.write_text(platform(size), encoding="utf-8")
            seconds, peak, files = median(spec, 3)
            points.append((size, seconds))
            print(f"{size:>5} services: {seconds:.2f} s, {peak:.0f} MiB, {files} files (median of 3)")
    found |= {"1000 services seconds": seconds, "1000 services MiB": peak}
    slope, start, explained = fit(points)
    print(f"fit: {start:.2f} s + {slope:.2f} s per 1,000 services, r2 {explained:.3f}")
    over = [f"{name} {found[name]:.2f} is over {limit:g}" for name, limit in LIMITS.items() if found[name] > limit]
    print("\n".join(over) or "every figure is within its limit")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
