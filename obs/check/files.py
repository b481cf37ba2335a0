"""Promises about the files themselves: sizes, secrets, links."""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from obs.check.facts import boards, placed_rules
from obs.conventions import CONFIGMAP_LIMIT, runbook_path
from obs.model.bundle import Bundle
from obs.model.finding import Finding

_SECRETS = (
    ("a private key", ("Y", "PRIVATE KEY-----"), r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    ("a password in a URL", ("@",), r"://[^/\s:@{}$]+:[^/\s:@{}$]{3,}@"),
    ("a Slack webhook", ("hooks.slack.com/services/",), r"hooks\.slack\.com/services/[A-Z0-9]{6,}"),
    ("a bearer token", ("earer ",), r"[Bb]earer [A-Za-z0-9_\-.]{20,}"),
    ("a JWT", ("J", "eyJ"), r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ("an AWS key", ("K", "AKIA"), r"\bAKIA[0-9A-Z]{16}\b"),
    ("a Vault token", ("hvs.",), r"\bhvs\.[A-Za-z0-9_-]{20,}"),
    ("a Telegram bot token", (":AA",), r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b"),
)
"""(what it is, texts it always holds, the regex). The texts are looked for first, since nearly no file holds them, and
rare letters before their words: a single letter is found ten times as fast."""


def sizes(bundle: Bundle) -> Iterator[Finding]:
    """Every file fits into a ConfigMap: under 1 MiB with room for metadata."""
    for path, text in bundle.artifacts.items():
        mounted = path.startswith(("dashboards/obs-", "alerts/rules/", "alerts/templates/")) or "/manifests/" in path
        size = len(text.encode()) if mounted else 0
        if size > CONFIGMAP_LIMIT:
            what = f"is {size} bytes, over the limit of {CONFIGMAP_LIMIT}"
            yield Finding(place=path, rule="sizes", what=what, fix="split the component or its rows")


def no_secrets(bundle: Bundle) -> Iterator[Finding]:
    """No file holds a secret: keys, tokens and passwords are named by file, never written."""
    for path, text in bundle.artifacts.items():
        for name, held, pattern in _SECRETS:
            match = re.search(pattern, text) if all(part in text for part in held) else None
            if match:
                line = text.count("\n", 0, match.start()) + 1
                yield Finding(
                    place=f"{path}:{line}", rule="no-secrets", what=f"holds {name}", fix="name the file that holds it"
                )


def links_resolve(bundle: Bundle) -> Iterator[Finding]:
    """Every link to a dashboard, panel or runbook leads to one that the bundle brings."""
    panels = {b.uid: {str(p.get("id")) for p in b.panels()} for b in boards(bundle)}
    links = bundle.plan.platform.links
    for placed in placed_rules(bundle.plan):
        texts = dict(placed.rule.annotations)
        for name in ("dashboard_url", "runbook_url") if placed.ours and placed.rule.alert else ():
            url = texts.get(name, "")
            reason = _dashboard(url, panels) if name == "dashboard_url" else _runbook(url, links.runbooks, bundle)
            if reason:
                yield Finding(
                    place=placed.place,
                    rule="links-resolve",
                    what=f"{name} {reason}",
                    fix="let conventions make the link",
                )
    for board in boards(bundle):
        for panel in board.panels():
            for link in panel.get("links", []):
                reason = _any(str(link.get("url", "")), panels, links.runbooks, bundle)
                if reason:
                    yield Finding(
                        place=board.place(panel), rule="links-resolve", what=reason, fix="link to what is there"
                    )


def _any(url: str, panels: dict[str, set[str]], runbooks: str, bundle: Bundle) -> str:
    if url.startswith(runbooks):
        return _runbook(url, runbooks, bundle)
    return _dashboard(url, panels) if url.startswith("/d/") else ""


def _dashboard(url: str, panels: dict[str, set[str]]) -> str:
    match = re.search(r"/d/([\w-]+)(?:\?viewPanel=(\d+))?", url)
    if not match or match.group(1) not in panels:
        return f"leads to no dashboard: {url[:80]}"
    if match.group(2) and match.group(2) not in panels[match.group(1)]:
        return f"leads to no panel of {match.group(1)}: {match.group(2)}"
    return ""


def _runbook(url: str, base: str, bundle: Bundle) -> str:
    page, _, anchor = url.removeprefix(base + "/").partition("#")
    text = bundle.artifacts.get(runbook_path(page.removesuffix(".md")))
    if text is None or not urlsplit(url).scheme:
        return f"leads to no runbook page: {url}"
    return f"leads to no section: {url}" if anchor and anchor not in _anchors(text) else ""


@lru_cache(maxsize=64)
def _anchors(page: str) -> frozenset[str]:
    return frozenset(heading.lower() for heading in re.findall(r"^## (\w+)$", page, flags=re.MULTILINE))
