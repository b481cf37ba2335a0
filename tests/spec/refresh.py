"""Writes what is generated from the spec's table again: `python -m tests.spec.refresh`. Read the diff before commit."""

from pathlib import Path

from obs import pages
from tests.spec.test_bad_specs import SPECS, message

ROOT = Path(__file__).parents[2]


def main() -> None:
    """The messages of the bad specs, the schema and the reference."""
    for spec in SPECS:
        spec.with_suffix(".txt").write_text(message(spec), encoding="utf-8")
    pages.main(ROOT)


if __name__ == "__main__":
    main()
