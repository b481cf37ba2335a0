"""The API server: pages of events, and the watch that follows. Everything it may answer becomes one of two errors."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException
from kubernetes.watch.watch import iter_resp_lines
from urllib3.exceptions import HTTPError

from obs_event_tailer.lines import Event

PAGE = 500
"""Events per answer: what kubectl asks for, some 500 KB."""
WATCH_SECONDS = 240
"""A watch ends by itself before a quiet one outlives the state it began with: etcd forgets after five minutes."""
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 30.0


class Gone(Exception):
    """The state to go on from is forgotten (410): list again."""


class Unreachable(Exception):
    """No answer, a refusal or half of one; the text says which, without a value of the answer."""


@dataclass(frozen=True, slots=True)
class Change:
    """One message of a watch: ADDED, MODIFIED, DELETED or BOOKMARK."""

    kind: str
    event: Event


def connect(kubeconfig: Path | None) -> client.CoreV1Api:
    """The API server of the pod's own cluster, or the one of a kubeconfig. Raises Unreachable."""
    told: Callable[..., None] = config.load_kube_config if kubeconfig else config.load_incluster_config
    try:
        told(**({"config_file": str(kubeconfig)} if kubeconfig else {}))
    except (ConfigException, OSError) as error:
        raise Unreachable(f"no way to the API server: {type(error).__name__}") from None
    return client.CoreV1Api()


class Events:
    """Events of all namespaces. `watch_seconds` is how long one watch lasts."""

    def __init__(self, api: client.CoreV1Api, *, page: int = PAGE, watch_seconds: int = WATCH_SECONDS) -> None:
        self._ask: Callable[..., Any] = api.list_event_for_all_namespaces
        self._page, self._watch_seconds = page, watch_seconds

    def pages(self) -> Iterator[tuple[list[Event], str]]:
        """(events, state of the cluster), a page at a time. Raises Gone and Unreachable."""
        more: dict[str, str] = {}
        while True:
            answer = self._json(limit=self._page, **more)
            about = answer.get("metadata") or {}
            yield [item for item in answer.get("items") or [] if _whole(item)], str(about.get("resourceVersion") or "")
            if not about.get("continue"):
                return
            more = {"_continue": about["continue"]}

    def changes(self, version: str) -> Iterator[Change]:
        """What changes after a state, until the watch ends as it does now and then; begun once this returns.

        Raises Gone and Unreachable, then or while it is read.
        """
        asked = {"watch": True, "resource_version": version, "allow_watch_bookmarks": True}
        patience = (CONNECT_SECONDS, self._watch_seconds + ANSWER_SECONDS)
        return _read(self._called(**asked, timeout_seconds=self._watch_seconds, _request_timeout=patience))

    def _json(self, **asked: object) -> dict[str, Any]:
        answer = self._called(**asked, _request_timeout=(CONNECT_SECONDS, ANSWER_SECONDS))
        try:
            told: dict[str, Any] = json.loads(answer.read())
        except (HTTPError, ValueError) as error:
            raise Unreachable(f"half an answer: {type(error).__name__}") from None
        finally:
            answer.close()
        return told

    def _called(self, **asked: object) -> Any:
        try:
            return self._ask(**asked, _preload_content=False)
        except ApiException as error:
            _refused(error.status)
        except (HTTPError, OSError) as error:
            raise Unreachable(f"no answer: {type(error).__name__}") from None


def _read(answer: Any) -> Iterator[Change]:
    lines: Callable[..., Iterator[str]] = iter_resp_lines
    try:
        for line in lines(answer):
            if line.strip():
                yield _change(line)
    except HTTPError as error:
        raise Unreachable(f"the watch broke: {type(error).__name__}") from None
    finally:
        answer.close()


def _change(line: str) -> Change:
    try:
        told = json.loads(line)
        kind, what = str(told["type"]), told["object"]
    except (ValueError, KeyError, TypeError):
        raise Unreachable("a message of the watch cannot be read") from None
    if kind == "ERROR":
        _refused(what.get("code") if isinstance(what, dict) else None)
    if not _whole(what):
        raise Unreachable("a message of the watch holds no object")
    return Change(kind, what)


def _whole(event: object) -> bool:
    return isinstance(event, dict) and isinstance(event.get("metadata"), dict)


def _refused(status: object) -> NoReturn:
    if status == HTTPStatus.GONE:
        raise Gone
    raise Unreachable(f"the API server answers {status}")
