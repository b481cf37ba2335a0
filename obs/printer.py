"""The one printer: deterministic YAML and JSON from plain data."""

from functools import lru_cache
from json.encoder import JSONEncoder, encode_basestring
from typing import Any

import yaml

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Printer(_Dumper):  # type: ignore[misc]
    """Safe YAML without aliases; texts of several lines as literal blocks."""

    def ignore_aliases(self, data: object) -> bool:
        """Write every value out, so that each file reads by itself."""
        return True


def _text(dumper: Any, value: str) -> Any:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Printer.add_representer(str, _text)


def to_yaml(data: object, *, header: str = "") -> str:
    """Block-style YAML in the given key order, with an optional comment line on top; ends with a newline."""
    body = yaml.dump(data, Dumper=_Printer, sort_keys=False, allow_unicode=True, width=1000, default_flow_style=False)
    return (f"# {header}\n" if header else "") + body


def to_yaml_documents(documents: list[object], *, header: str = "") -> str:
    """Several YAML documents, each introduced by `---`."""
    return (f"# {header}\n" if header else "") + "".join("---\n" + to_yaml(d) for d in documents)


_WORDS = {True: "true", False: "false"}
_word = JSONEncoder(ensure_ascii=False).encode


def to_json(data: object) -> str:
    """Indented JSON with sorted keys; ends with a newline."""
    return _json(data, "\n") + "\n"


def _json(data: object, margin: str) -> str:
    """What `json.dumps(indent=2, sort_keys=True, ensure_ascii=False)` prints, in half its time: with an indent that
    leaves its C encoder aside, and dashboards are two megabytes. `margin` is the line break before the closing bracket.
    """
    if isinstance(data, str):
        return encode_basestring(data)
    if type(data) is int:
        return str(data)
    inner = margin + "  "
    if isinstance(data, dict) and data:
        rows = [_key(key) + _json(data[key], inner) for key in sorted(data)]
        return f"{{{inner}{f',{inner}'.join(rows)}{margin}}}"
    if isinstance(data, (list, tuple)) and data:
        return f"[{inner}{f',{inner}'.join([_json(one, inner) for one in data])}{margin}]"
    return _WORDS[data] if isinstance(data, bool) else _word(data)


@lru_cache(maxsize=4096)
def _key(key: str) -> str:
    return encode_basestring(key) + ": "
