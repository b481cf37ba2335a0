"""What must hold between the parts of `logging`: unique names, one class for a namespace, an address to write to."""

from obs.spec.defaults import SEARCH_IMAGES
from obs.spec.names import entries, text
from obs.spec.problems import Problems, below, short
from obs.spec.yaml_node import Node

DEPLOYED = ("cluster", "eck")
READERS = {
    "keystore": (DEPLOYED, "no Elasticsearch is deployed here", "leave it out"),
    "zones": (("eck",), "Elastic's operator does not deploy this one", 'leave it out, or add "placement: eck"'),
    "operator_namespace": (("eck",), "no operator deploys this one", 'leave it out, or add "placement: eck"'),
}
"""Keys of `logging.elasticsearch` that only some placements read: by whom, why not by others, what to do."""
LISTS = {"classes": "class", "applications": "application", "redact": "rule", "filters": "filter"}


def judge_logging(node: Node, problems: Problems) -> None:
    """Note every rule that `logging` breaks. Works on any tree, however wrong its values are."""
    for key, noun in LISTS.items():
        _distinct(entries(node, "logging", key), noun, problems)
    _apart(entries(node, "logging", "classes"), problems)
    _shared(entries(node, "logging", "classes"), problems)
    logging = node.get("logging")
    elasticsearch = logging.get("elasticsearch") if logging else None
    placement = _placement(node, elasticsearch)
    if placement not in (*DEPLOYED, "external"):
        return  # what follows from it cannot be told
    _addressed(elasticsearch, problems)
    if logging is not None and logging.kind == "mapping":
        _used(elasticsearch, placement, problems)
        _of_elastic(node, placement, problems)


def _distinct(nodes: tuple[Node, ...], noun: str, problems: Problems) -> None:
    seen: dict[str, Node] = {}
    for node in nodes:
        name = text(node, "name")
        if name in seen:
            what = f"{short(name)} names two of them, first in line {seen[name].place.line}"
            problems.say((node.get("name") or node).place, below(node.path, "name"), what, f"give each {noun} its own")
        elif name:
            seen[name] = node


def _apart(classes: tuple[Node, ...], problems: Problems) -> None:
    """A namespace in two classes, or two classes for the rest, leave open where lines go."""
    taken: dict[str, str] = {}
    rest = ""
    for node in classes:
        name, said = text(node, "name"), node.get("namespaces")
        for namespace in (*said.elements, said) if said else ():
            if isinstance(namespace.data, str) and namespace.data in taken:
                what = f"{short(namespace.data)} is in the class {short(taken[namespace.data])} already"
                problems.say(namespace.place, namespace.path, what, "leave it in one of the two")
            elif isinstance(namespace.data, str):
                taken[namespace.data] = name
        if said is None and rest:
            what = f"takes every other namespace, as {short(rest)} does"
            problems.say(node.place, below(node.path, "namespaces"), what, "name its namespaces")
        rest = rest or (name if said is None else "")


def _shared(classes: tuple[Node, ...], problems: Problems) -> None:
    """Shares are parts of one whole."""
    said = [node.get("share") for node in classes]
    total = 0.0
    for share in said:
        total += share.data if share and isinstance(share.data, int | float) else 0
        if share and total > 100:
            problems.say(share.place, share.path, f"makes {total:g} % of all lines", "let shares add up to 100")
            return


def _addressed(elasticsearch: Node | None, problems: Problems) -> None:
    """An external one needs an address; the one we deploy has its own."""
    if elasticsearch is None or elasticsearch.kind != "mapping":
        return
    external, url = text(elasticsearch, "placement") == "external", elasticsearch.get("url")
    path = below(elasticsearch.path, "url")
    if external and url is None:
        problems.say(elasticsearch.place, path, "missing", 'add "url: https://elasticsearch.example.com:9200"')
    elif url is not None and not external:
        problems.say(url.place, path, "is never used: Elasticsearch is deployed here", 'add "placement: external"')


def _placement(node: Node, elasticsearch: Node | None) -> str:
    """What the spec says, or what follows from the mode of the stack."""
    stack = node.get("stack")
    otherwise = "eck" if stack and text(stack, "mode") == "operator" else "cluster"
    return (text(elasticsearch, "placement") if elasticsearch else "") or otherwise


def _used(elasticsearch: Node | None, placement: str, problems: Problems) -> None:
    """Settings that nobody would read."""
    if elasticsearch is None or elasticsearch.kind != "mapping":
        return
    for key, (readers, why, fix) in READERS.items():
        said = elasticsearch.get(key)
        if said is not None and placement not in readers:
            problems.say(said.place, said.path, f"is never used: {why}", fix)


def _of_elastic(node: Node, placement: str, problems: Problems) -> None:
    """OpenSearch has other settings, other security and other APIs than those written here."""
    stack = node.get("stack")
    images = stack.get("images") if stack else None
    who = "Elastic's operator refuses it" if placement == "eck" else "it does not know the settings made here"
    for name in SEARCH_IMAGES if images and placement in DEPLOYED else ():
        said = images.get(name) if images else None
        if said and "opensearch" in str(said.data):
            fix = f"name an image of {name.capitalize()}, or leave it out"
            problems.say(said.place, said.path, f"is OpenSearch: {who}", fix)
