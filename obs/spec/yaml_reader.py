"""The one door for reading YAML: text in, a tree with line and column out, traps named instead of fallen into."""

import re
from dataclasses import dataclass, field
from typing import Literal

import yaml

from obs.model.platform import Place
from obs.spec.yaml_node import Mark, Node, Where, YamlProblem, meaning, place_of

__all__ = ["Node", "YamlProblem", "read", "read_all"]

DEPTH_LIMIT = 40
"""Levels of nesting; a spec needs nine."""
ALIAS_LIMIT = 10_000
"""Values that aliases may add to a document: far above any honest use, far below a bomb."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_OWN_TAGS = (None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read(text: str | bytes, name: str) -> Node:
    """The document as a tree; YamlProblem for the first thing wrong with it."""
    node, problems = read_all(text, name)
    if problems:
        raise problems[0]
    return node


def read_all(text: str | bytes, name: str) -> tuple[Node, list[YamlProblem]]:
    """The document as a tree with every problem that leaves it readable; YamlProblem when it is not YAML at all."""
    readable = _readable(text if isinstance(text, str) else _decoded(text, name), name)
    builder = _Builder(name)
    try:
        for event in yaml.parse(readable, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _explain(error, readable, name) from None
    if builder.root is None or (builder.root.plain and not builder.root.text):
        raise YamlProblem(Place(file=name, line=1, column=1), "the file is empty", "start it with a key, such as name:")
    return builder.root, sorted(builder.problems, key=lambda problem: (problem.place.line, problem.place.column))


def _decoded(data: bytes, name: str) -> str:
    if data.startswith(_UTF16):
        raise YamlProblem(Place(file=name, line=1, column=1), "the file is UTF-16", "save it as UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _place_of(data[: error.start].decode("utf-8"), name)
        raise YamlProblem(place, f"byte 0x{data[error.start]:02x} is not UTF-8", "save the file as UTF-8") from None


def _readable(text: str, name: str) -> str:
    """Text without byte order mark, every character of which YAML allows."""
    text = text.removeprefix("\ufeff")
    if bad := _UNREADABLE.search(text):
        what = f"the character U+{ord(bad.group()):04X} cannot stand in YAML"
        raise YamlProblem(_place_of(text[: bad.start()], name), what, "remove it")
    return text


def _place_of(before: str, name: str) -> Place:
    lines = _BREAK.split(before)
    return Place(file=name, line=len(lines), column=len(lines[-1]) + 1)


_EXPLAIN = (
    ("mapping values are not allowed", 'a second ": " stands here', "quote the text, or put the key on its own line"),
    ("could not find expected ':'", "a key without a colon", 'write "key: value"'),
    ("cannot start any token", "text cannot start with this character", "quote the text"),
    ("unexpected end of stream", "a quote opens here and never closes", "close the quote"),
    ("expected ',' or", "a bracket opens here and never closes", "close it, or put a comma between the entries"),
    ("expected key", "this line's indentation fits no line above", "indent it like its neighbours"),
    ("expected '-' indicator", "a list goes on without a dash", "start the line with a dash, or indent it"),
    ("expected <block end>", "this line's indentation fits no line above", "indent it like its neighbours"),
    ("escape character", "a backslash in double quotes needs an escape YAML knows", "use single quotes"),
    ("expected <document start>", "more follows after the document's end", "remove it"),
)
_OPENERS = ("unexpected end of stream", "expected ',' or")


def _explain(error: yaml.MarkedYAMLError, text: str, name: str) -> YamlProblem:
    """The parser's complaint in the user's words; a tab in the indentation is named first, as the usual cause."""
    said = str(error.problem)
    mark = error.context_mark if error.context_mark and said.find(_OPENERS[0]) + said.find(_OPENERS[1]) > -2 else None
    mark = mark or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    for number, content in enumerate(_BREAK.split(text)[:line], start=1):
        if re.match(r" *\t", content):
            place = Place(file=name, line=number, column=content.index("\t") + 1)
            return YamlProblem(place, "a tab stands in the indentation", "indent with spaces")
    place = Place(file=name, line=line, column=column)
    for words, what, fix in _EXPLAIN:
        if words in said:
            return YamlProblem(place, what, fix)
    return YamlProblem(place, f"this is not YAML: {said}", "see the YAML around this place")


@dataclass(slots=True)
class _Open:
    """A collection being read: children alternate key and value in a mapping. `within` (values inside the children)
    and `height` guard expansion."""

    kind: Literal["mapping", "sequence"]
    mark: Mark | None
    where: Where
    anchor: str | None
    children: list[Node] = field(default_factory=list)
    within: int = 0
    height: int = 1


class _Builder:
    """Builds the tree from parser events without recursion, so that no input can exhaust the stack."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Node | None = None
        self.problems: list[YamlProblem] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.documents = 0
        self.expanded = 0

    def take(self, event: yaml.Event) -> None:
        """Add one event to the tree. Scalars, most of all events, are asked for first."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self._problem(event, "a second document starts here", "keep one document per file")

    def _problem(self, event: yaml.Event, what: str, fix: str) -> YamlProblem:
        return YamlProblem(place_of(self.name, event.start_mark), what, fix)

    def _where(self) -> Where:
        """How the value that comes next is reached; a key is where its mapping is."""
        if not self.open:
            return None
        parent = self.open[-1]
        count = len(parent.children)
        if parent.kind == "sequence":
            return parent.where, count
        return (parent.where, parent.children[-1].text) if count % 2 else parent.where

    def _check_tag(self, event: yaml.NodeEvent, tag: str | None) -> None:
        if tag not in _OWN_TAGS:
            shown = str(tag).replace("tag:yaml.org,2002:", "!!")[:63]
            self.problems.append(self._problem(event, f'the tag "{shown}" means nothing here', "remove it"))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.tag is not None:
            self._check_tag(event, event.tag)
        plain = not event.style and event.tag is None
        text, mark = event.value, event.start_mark
        data = meaning(text) if plain else text
        node = Node(
            kind="scalar", file=self.name, mark=mark, where=self._where(), text=text, plain=plain, data=data
        )
        self._add(node, event.anchor, 1, 1)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        self._check_tag(event, event.tag)
        if len(self.open) >= DEPTH_LIMIT:
            raise self._problem(event, f"nested more than {DEPTH_LIMIT} levels deep", "flatten it")
        kind: Literal["sequence", "mapping"] = "sequence" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
        self.open.append(_Open(kind, event.start_mark, self._where(), event.anchor))
        if event.anchor:
            self.anchors.pop(event.anchor, None)

    def _end(self) -> None:
        done = self.open.pop()
        node = Node(kind=done.kind, file=self.name, mark=done.mark, where=done.where)
        if done.kind == "sequence":
            node.elements = tuple(done.children)
        else:
            node.pairs = self._pairs(done)
        self._add(node, done.anchor, 1 + len(done.children) + done.within, done.height)

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = str(event.anchor)
        if any(parent.anchor == name for parent in self.open):
            raise self._problem(event, f'the alias "*{name}" stands inside its own anchor', "remove it")
        if name not in self.anchors:
            raise self._problem(event, f'no anchor "&{name}" above', "define the anchor first, or quote the text")
        node, size, height = self.anchors[name]
        self.expanded += size
        if self.expanded > ALIAS_LIMIT or len(self.open) + height > DEPTH_LIMIT:
            raise self._problem(event, f"aliases repeat more than {ALIAS_LIMIT} values", "write the values out")
        self._add(node, None, size, height)

    def _add(self, node: Node, anchor: str | None, size: int, height: int) -> None:
        if anchor:
            self.anchors[anchor] = (node, size, height)
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        parent.children.append(node)
        parent.within += size - 1
        if height >= parent.height:
            parent.height = height + 1

    def _pairs(self, done: _Open) -> tuple[tuple[Node, Node], ...]:
        """A mapping's entries: duplicate keys told, `<<` merged behind the mapping's own keys."""
        own: dict[str, tuple[Node, Node]] = {}
        merged: list[tuple[Node, Node]] = []
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if key.kind != "scalar":
                self.problems.append(YamlProblem(key.place, "a key must be text", 'write "key: value"'))
            elif key.text == "<<" and key.plain:
                merged += self._merge(value)
            elif key.text in own:
                first = own[key.text][0].place.line
                what = f'the key "{key.text[:63]}" stands twice, first in line {first}'
                self.problems.append(YamlProblem(key.place, what, "keep one of the two"))
            else:
                own[key.text] = (key, value)
        for key, value in merged:
            own.setdefault(key.text, (key, value))
        return tuple(own.values())

    def _merge(self, value: Node) -> list[tuple[Node, Node]]:
        sources = value.elements if value.kind == "sequence" else (value,)
        if any(source.kind != "mapping" for source in sources):
            self.problems.append(YamlProblem(value.place, '"<<" merges mappings only', "write <<: *name-of-a-mapping"))
        return [pair for source in sources for pair in source.pairs]
