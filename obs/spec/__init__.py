"""The spec: the text of a platform in, a Platform or every mistake at once out."""

from obs.spec.loader import SIZE_LIMIT, load, load_text
from obs.spec.problems import SpecError
from obs.spec.schema import schema

__all__ = ["SIZE_LIMIT", "SpecError", "load", "load_text", "schema"]
