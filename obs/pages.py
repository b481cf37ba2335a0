"""The pages made from the code, written into a checkout: `python -m obs.pages`."""

import pprint
from pathlib import Path

from obs import library
from obs.check.document import document as checks
from obs.printer import to_json
from obs.render.grafana_skeletons import from_grafanalib
from obs.spec import schema
from obs.spec.document import document as spec


def pages() -> dict[str, str]:
    """Path in the checkout -> text."""
    components = library.components()
    return {
        "docs/checks.md": checks(),
        "docs/spec.md": spec(components),
        "examples/spec.schema.json": to_json(schema(components)),
        "obs/render/grafana_built.py": built(),
    }


def built() -> str:
    """The module of the panels that grafanalib builds."""
    panels = pprint.pformat(from_grafanalib(), width=116, sort_dicts=True)
    head = '"""Panels as grafanalib builds them; written by `make pages`, do not edit."""'
    return f"{head}\n\nfrom typing import Any\n\nBUILT: dict[str, Any] = {panels}\n"


def main(root: Path) -> None:
    """Write every page below the root of a checkout."""
    for path, text in pages().items():
        (root / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(__file__).parents[1])
