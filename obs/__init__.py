"""obs: one spec of a platform in, its whole observability bundle out."""

__version__ = "0.1.0"
