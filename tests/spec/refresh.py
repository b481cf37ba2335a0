"""Writes what is generated from the spec's table again: `python -m tests.spec.refresh`. Read the diff before commit."""

from pathlib import Path

from obs import library
from obs.printer import to_json
from obs.spec import schema
from obs.spec.document import document
from tests.spec.test_bad_specs import SPECS, message

ROOT = Path(__file__).parents[2]


def main() -> None:
    """The messages of the bad specs, the schema and the reference."""
    for spec in SPECS:
        spec.with_suffix(".txt").write_text(message(spec), encoding="utf-8")
    components = library.components()
    (ROOT / "examples" / "spec.schema.json").write_text(to_json(schema(components)), encoding="utf-8")
    (ROOT / "docs" / "spec.md").write_text(document(components), encoding="utf-8")


if __name__ == "__main__":
    main()
