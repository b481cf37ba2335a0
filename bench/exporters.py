"""How fast and how small the exporters are, beside their peers: `python bench/exporters.py [part ...]`.

Without a part, all of them in turn. Every figure is a median of one run on this machine; trust the ratios.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    "pages": "100,000 series as a page: rendered and compressed, against prometheus_client",
    "memory": "resident memory of each exporter, idle and after scrapes",
    "events": "ten thousand queues end to end, against the management API and the per-object page",
    "mysql": "a scrape of MariaDB with ten and ten thousand tables, against Debian's exporter",
    "postgresql": "a scrape of PostgreSQL with ten and ten thousand tables, against Debian's exporter",
}
"""Part -> what it measures; each is a module beside this one with a `main()` that prints its table."""


def main(arguments: list[str]) -> int:
    """Run the named parts; 1 when one is over its limit, 2 for a name that is none."""
    unknown = [part for part in arguments if part not in PARTS]
    if unknown:
        print(f"no part {', '.join(unknown)}; there are: {', '.join(PARTS)}")
        return 2
    sys.path[:0] = [str(ROOT), str(ROOT / "exporters")]
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores")
    over = False
    for part in arguments or PARTS:
        print(f"\n{part}: {PARTS[part]}")
        over = bool(import_module(f"bench.{part}").main()) or over
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
