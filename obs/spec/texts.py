"""The kinds of text a spec holds: Kubernetes names, durations, URLs, images; each with what to write instead."""

import re
import unicodedata

from obs.model.expression import differences, python
from obs.spec.kinds import Text

_LABEL = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def foreign(text: str) -> str:
    """The first letter that is not ASCII, by its Unicode name, so that look-alikes can be told; "" if there is none."""
    letter = next((c for c in text if not c.isascii()), "")
    return f'"{letter}" is {unicodedata.name(letter, "no ASCII letter")}' if letter else ""


def _dashed(text: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")
    return f'write "{name}"' if name else ""


def _docked(text: str) -> str:
    digits = text.lstrip("0")
    if text.isdigit() and text.isascii():
        return f"write {digits}" if 0 < len(digits) < 5 else "write a number from 1 to 65535"
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    fits = re.search(r"[a-z]", name) and len(name) <= 15
    return f'write "{name}"' if fits else "container ports have names of at most 15 letters a-z, digits and dashes"


def _timed(text: str) -> str:
    whole = re.fullmatch(r"(\d{1,6})\s*(sec|secs|seconds?|min|mins|minutes?|hours?|hrs?|days?|weeks?|)", text.lower())
    if not whole or not int(whole.group(1)):
        return "write one such as 30s, 5m or 1h30m"
    number, unit = whole.group(1), whole.group(2)[:1]
    return f"write {number}{unit}" if unit else f"add the unit: {number}s, {number}m, {number}h or {number}d"


_BYTES = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def _amount(text: str) -> tuple[int, str] | None:
    """Number and unit of an amount of bytes however it is written; no unit is ""."""
    found = re.fullmatch(r"([1-9]\d{0,6})\s*(?:([kmgt])i?)?\s*b?", text.lower())
    return (int(found.group(1)), found.group(2) or "") if found else None


def _sized(text: str) -> str:
    amount = _amount(text)
    if amount is None:
        return ""
    return f"write {amount[0]}{amount[1].upper()}i" if amount[1] else f"add the unit: {amount[0]}Mi or {amount[0]}Gi"


def in_bytes(text: str) -> int:
    """An amount such as 80Gi or 80 GB in bytes, by powers of 1024; 0 when it has no unit or is none."""
    amount = _amount(text)
    return amount[0] * _BYTES[amount[1]] if amount and amount[1] else 0


def _linked(text: str) -> str:
    if "@" in text.partition("://")[2].partition("/")[0]:
        return "keep credentials out of the spec"
    if re.search(r"[?#]", text):
        return "leave out everything from the ? or # on"
    if not re.match(r"https?://", text):
        return f'write "https://{re.sub("^[a-z]*:?/+", "", text).rstrip("/")}"'
    return f'remove the trailing slash: "{text.rstrip("/")}"' if text.endswith("/") else ""


def _keyed(text: str) -> str:
    return "put the secret into the Kubernetes Secret and write the name of its key here, such as slack-url"


def _pinned(text: str) -> str:
    if text.endswith(":latest"):
        return "pin the version that was tested"
    return f'add the version: "{text}:v1.2.3"' if re.fullmatch(r"[a-z0-9][a-z0-9._/-]*", text) else ""


def _clock(text: str) -> str:
    start, _, end = text.partition("-")
    return "" if start < end else "ends before it starts: write two, one up to 24:00 and one from 00:00"


def _ordered(names: tuple[str, ...], text: str) -> str:
    start, colon, end = text.partition(":")
    position = {name: index for index, name in enumerate(names)}
    first, last = (position.get(part, int(part) if part.lstrip("-").isdigit() else 0) for part in (start, end or start))
    return "ends before it starts: list both sides of the turn apart" if colon and first > last else ""


def _month_day(text: str) -> str:
    start, _, end = text.partition(":")
    if end and (int(start) < 0) != (int(end) < 0):
        return "counts from both ends of the month: write two"
    return _ordered((), text)


def _compiles(text: str) -> str:
    wrong = differences(text)
    if wrong:
        return f"is not read alike by Ruby and Python: {wrong[0].replace(': ', ', ')}"
    return "would match between any two letters: let it match at least one" if re.search(python(text), "") else ""


NAME = Text(
    what="a name of a-z, 0-9 and dashes, at most 63 characters",
    example="webshop",
    pattern=r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
    advise=_dashed,
)
RESOURCE = Text(
    what="a Kubernetes name of a-z, 0-9, dashes and dots",
    example="fast-ssd",
    pattern=r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
    advise=_dashed,
)
SETTING = Text(
    what="the name of a secure setting of Elasticsearch",
    example="s3.client.default.access_key",
    pattern=r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+",
)
TITLE = Text(
    what="one line of at most 100 characters, without braces, quotes, dollars or angle brackets",
    example="Webshop",
    pattern=rf"(?! )[^{_CONTROL}\x22\\{{}}<>$]{{0,99}}[^{_CONTROL}\x22\\{{}}<>$ ]",
)
FREE = Text(
    what="text without double quotes or line breaks",
    example="ingress_http",
    pattern=rf"[^{_CONTROL}\x22]{{0,1000}}",
)
SOURCE_CODE = Text(what="text", example="{ clusterLabel: 'cluster' }", pattern=r"[\s\S]{1,10000}")
EXPRESSION = Text(
    what="a regular expression",
    example="card=[0-9]{16}",
    pattern=r"[^\x00-\x1f\x7f]{1,1000}",
    check=_compiles,
)
REPLACEMENT = Text(what="text", example='\\1[REDACTED]', pattern=r"[^\x00-\x1f\x7f']{1,100}")
PATH = Text(
    what="a path inside the spec's folder",
    example="mixins/kafka/mixin.libsonnet",
    pattern=r"(?![/\\])(?!(.*/)?\.\.(/|$))[^\x00-\x1f\x7f-\x9f\x22\\]{1,255}",
)
ALERT_NAME = Text(
    what="the name of an alert",
    example="KafkaBrokerDown",
    pattern=r"[A-Za-z_][A-Za-z0-9_ -]{0,99}",
)
LABEL_KEY = Text(
    what="a Kubernetes label key",
    example="app.kubernetes.io/name",
    pattern=rf"([a-z0-9]([-a-z0-9.]{{0,251}}[a-z0-9])?/)?{_LABEL}",
)
LABEL_VALUE = Text(what="a Kubernetes label value", example="postgresql", pattern=_LABEL)
DURATION = Text(
    what="a duration",
    example="5m",
    pattern=r"(?=.)(\d{1,2}y)?(\d{1,4}w)?(\d{1,5}d)?(\d{1,6}h)?(\d{1,6}m)?(\d{1,6}s)?(\d{1,6}ms)?",
    advise=_timed,
)
PERIOD = Text(what="a duration above zero", example="30s", pattern=rf"(?=.*[1-9]){DURATION.pattern}", advise=_timed)
PORT = Text(
    what="a port number or the name of a container port",
    example="metrics",
    pattern=r"[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
    r"|(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?",
    advise=_docked,
    numbers=True,
)
HTTP_PATH = Text(
    what="a path that starts with a slash",
    example="/metrics",
    pattern=r"/[^\s\x22#]{0,500}",
    advise=lambda text: "" if text.startswith("/") else f'write "/{text}"',
)
URL = Text(
    what="a URL with scheme, without trailing slash",
    example="https://grafana.example.com",
    pattern=r"https?://[A-Za-z0-9]([-A-Za-z0-9._]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[^\s/?#\x22<>{}]+)*",
    advise=_linked,
    secret=True,
)
ENDPOINT = Text(
    what="the URL of an endpoint, without credentials",
    example="https://metrics.example.com/api/v1/write",
    pattern=r"https?://[A-Za-z0-9]([-A-Za-z0-9._]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[^\s?#\x22<>{}]*)?",
    advise=_linked,
    secret=True,
)
SECRET_KEY = Text(
    what="the name of a key in a Kubernetes Secret",
    example="slack-url",
    pattern=r"(?![0-9a-fA-F]{32,}$)(?!xox[a-z]-)[A-Za-z0-9_][-._A-Za-z0-9]{0,62}",
    advise=_keyed,
    secret=True,
)
IMAGE = Text(
    what="an image with its version",
    example="quay.io/prometheus/prometheus:v3.5.0",
    pattern=r"(?!.*:latest$)[a-z0-9][A-Za-z0-9._/:-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})",
    advise=_pinned,
)
CPU = Text(what="an amount of CPU", example="500m", pattern=r"[1-9][0-9]{0,6}m|[0-9]{1,3}(\.[0-9]{1,3})?", numbers=True)
MEMORY = Text(what="an amount of bytes", example="512Mi", pattern=r"[1-9][0-9]{0,6}(Ki|Mi|Gi|Ti)", advise=_sized)
CHANNEL = Text(what="a Slack channel", example='"#on-call"', pattern=r"[#@]?[\w.-]{1,80}")
EMAIL = Text(
    what="an e-mail address", example="team@example.com", pattern=r"[^@\s,\x22<>{}]{1,64}@[^@\s,\x22<>{}]{1,190}"
)
CHAT = Text(what="a Telegram chat id", example="-1001234567890", pattern=r"-?[1-9][0-9]{0,18}", numbers=True)
HOST_PORT = Text(
    what="host:port",
    example="smtp.example.com:587",
    pattern=r"[A-Za-z0-9]([-A-Za-z0-9.]{0,251}[A-Za-z0-9])?:[1-9][0-9]{0,4}",
    advise=lambda text: f'add the port: "{text}:587"' if re.fullmatch(r"[A-Za-z0-9][-A-Za-z0-9.]*", text) else "",
)
USER = Text(what="a user name", example="alerts", pattern=rf"[^{_CONTROL}\x22\\{{}}]{{1,200}}")
TIMES = Text(
    what="a range of clock times",
    example='"22:00-24:00"',
    pattern=r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)",
    advise=lambda text: 'write "HH:MM-HH:MM"',
    check=_clock,
)
WEEKDAYS = Text(
    what="a day or a range of days of the week, which starts on Sunday",
    example="monday:friday",
    pattern=rf"({'|'.join(_DAYS)})(:({'|'.join(_DAYS)}))?",
    check=lambda text: _ordered(_DAYS, text),
)
MONTH_DAYS = Text(
    what="a day or a range of days of the month; -1 is the last one",
    example='"1:5"',
    pattern=r"-?([1-9]|[12][0-9]|3[01])(:-?([1-9]|[12][0-9]|3[01]))?",
    check=_month_day,
    numbers=True,
)
MONTHS = Text(
    what="a month or a range of months",
    example="december",
    pattern=rf"({'|'.join(_MONTHS)}|[1-9]|1[0-2])(:({'|'.join(_MONTHS)}|[1-9]|1[0-2]))?",
    check=lambda text: _ordered(("", *_MONTHS), text),
    numbers=True,
)
LOCATION = Text(
    what="a time zone of the IANA database",
    example="Europe/Kyiv",
    pattern=r"[A-Za-z_]{1,30}(/[A-Za-z0-9_+-]{1,40}){0,2}",
)
