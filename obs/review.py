"""What changed between two bundles, told as a reviewer would: alerts, rules, panels, then other files."""

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from obs.spec.yaml_reader import YamlProblem, read

Texts = Mapping[str, str]
Fields = dict[str, str]


def review(old: Texts, new: Texts) -> list[str]:
    """Lines that say what building would change; empty when nothing does."""
    lines = [
        *_changes("alert", _rules(old, "alert"), _rules(new, "alert")),
        *_changes("recording rule", _rules(old, "record"), _rules(new, "record")),
        *_changes("panel", _panels(old), _panels(new)),
    ]
    told = {p for p in {*old, *new} if _told(p)}
    lines += [*_other_files(old, new, told)]
    return lines


def _told(path: str) -> bool:
    """Whether the semantic part covers this file: v2 dashboards and rule tests follow what it tells."""
    return path.startswith(("alerts/rules/", "dashboards/v2/", "alerts/tests/")) or (
        path.startswith("dashboards/") and path.count("/") == 1 and path.endswith(".json")
    )


def _rules(texts: Texts, kind: str) -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for path, text in sorted(texts.items()):
        if not path.startswith("alerts/rules/"):
            continue
        for rule in _read_rules(text, path):
            if kind in rule:
                labels = {str(k): str(v) for k, v in rule.get("labels", {}).items()}
                window = f" ({labels['long_window']})" if "long_window" in labels else ""
                found[f"{rule[kind]}{window}"] = _rule_fields(rule, labels)
    return found


def _read_rules(text: str, path: str) -> Iterator[dict[str, Any]]:
    try:
        data: Any = read(text, path).value()
    except YamlProblem:
        return
    for group in data.get("groups", []) if isinstance(data, dict) else []:
        yield from group.get("rules", [])


def _rule_fields(rule: Mapping[str, Any], labels: Fields) -> Fields:
    annotations = {str(k): str(v) for k, v in rule.get("annotations", {}).items()}
    return {
        "expr": str(rule.get("expr", "")).strip(),
        "for": str(rule.get("for", "")),
        **{f"label {k}": v for k, v in labels.items()},
        **annotations,
    }


def _panels(texts: Texts) -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for path, text in sorted(texts.items()):
        if not (path.startswith("dashboards/") and path.count("/") == 1 and path.endswith(".json")):
            continue
        try:
            board = json.loads(text)
        except ValueError:
            continue
        for panel in _all_panels(board.get("panels", [])):
            found[f"{board.get('title', path)} / {panel.get('title', panel.get('id'))}"] = _panel_fields(panel)
    return found


def _all_panels(panels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for panel in panels:
        if panel.get("type") == "row":
            yield from _all_panels(panel.get("panels", []))
        else:
            yield panel


def _panel_fields(panel: Mapping[str, Any]) -> Fields:
    defaults = panel.get("fieldConfig", {}).get("defaults", {})
    steps = defaults.get("thresholds", {}).get("steps", [])
    grid = panel.get("gridPos", {})
    return {
        "type": str(panel.get("type", "")),
        "description": str(panel.get("description", "")),
        "unit": str(defaults.get("unit", "")),
        "threshold": ", ".join(f"{s.get('color')} from {s.get('value')}" for s in steps if s.get("value") is not None),
        "place": f"{grid.get('w')}x{grid.get('h')} at {grid.get('x')},{grid.get('y')}",
        **{f"query {t.get('refId', i)}": str(t.get("expr", "")) for i, t in enumerate(panel.get("targets", []))},
    }


def _changes(what: str, old: Mapping[str, Fields], new: Mapping[str, Fields]) -> Iterator[str]:
    for name in sorted({*old, *new}):
        if name not in old:
            yield f"+ {what} {name}"
        elif name not in new:
            yield f"- {what} {name}"
        elif old[name] != new[name]:
            yield f"~ {what} {name}"
            yield from _field_changes(old[name], new[name])


def _field_changes(old: Fields, new: Fields) -> Iterator[str]:
    for field in [*new, *(f for f in old if f not in new)]:
        before, after = old.get(field, ""), new.get(field, "")
        if before != after:
            yield f"    {field}: {_shortened(before, after)}"


def _shortened(before: str, after: str) -> str:
    """Only the words around what differs."""
    if not before or not after or len(before) + len(after) < 100:
        return f"{before or 'nothing'} -> {after or 'nothing'}"
    a, b = before.split(), after.split()
    pieces = []
    for tag, i, j, k, m in difflib.SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag != "equal":
            head = " ".join(a[max(i - 3, 0) : i])
            pieces.append(f"… {head} [{' '.join(a[i:j])} -> {' '.join(b[k:m])}]".replace("…  [", "… ["))
    return " ".join(pieces)


def _other_files(old: Texts, new: Texts, told: set[str]) -> Iterator[str]:
    for path in sorted({*old, *new} - told):
        if path not in old:
            yield f"+ file {path}"
        elif path not in new:
            yield f"- file {path}"
        elif old[path] != new[path]:
            plus, minus, sample = _line_changes(old[path], new[path])
            yield f"~ file {path} (+{plus} -{minus} lines)"
            yield from (f"    {line}" for line in sample)


def _line_changes(before: str, after: str) -> tuple[int, int, list[str]]:
    lines = [
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]
    plus = sum(line.startswith("+") for line in lines)
    return plus, len(lines) - plus, [line[:160] for line in lines[:6]]
