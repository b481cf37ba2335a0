"""A small spec, read with the small catalogue."""

from collections.abc import Mapping

import pytest

from obs.model.component import Component
from obs.model.platform import Platform
from obs.spec import SpecError, load_text
from tests.spec.fake_library import LIBRARY

MINIMAL = """\
name: webshop
services:
  - component: barong_authz
  - component: envoy
notify:
  receivers:
    - {name: on-call, type: slack}
"""


def read(text: str, *, environment: str = "", library: Mapping[str, Component] = LIBRARY) -> Platform:
    """The platform of a text named spec.yaml."""
    return load_text(text, "folder/spec.yaml", library, environment=environment)


def with_(extra: str) -> Platform:
    """The minimal platform with more said at its end."""
    return read(MINIMAL + extra)


def complaint(text: str, *, environment: str = "") -> str:
    """What is wrong with a text."""
    with pytest.raises(SpecError) as caught:
        read(text, environment=environment)
    return str(caught.value)
