"""The pages made from the code, written into a checkout: `python -m obs.pages`."""

from pathlib import Path

from obs import library
from obs.check.document import document as checks
from obs.printer import to_json
from obs.spec import schema
from obs.spec.document import document as spec


def pages() -> dict[str, str]:
    """Path in the checkout -> text."""
    components = library.components()
    return {
        "docs/checks.md": checks(),
        "docs/spec.md": spec(components),
        "examples/spec.schema.json": to_json(schema(components)),
    }


def main(root: Path) -> None:
    """Write every page below the root of a checkout."""
    for path, text in pages().items():
        (root / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(__file__).parents[1])
