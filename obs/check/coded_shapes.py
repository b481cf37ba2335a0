"""What Kibana's dashboards API takes, as far as our dashboards go: from its schemas at the time of 9.5.

Objects are strict there: an unknown key is refused, as it is here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Words = frozenset[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """Keys of an object, what lies below some of them, and the words others may have.

    `by` names the key whose word chooses a further shape out of `kinds`, which adds keys of its own.
    """

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    below: Mapping[str, "Shape"] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    by: str = ""
    kinds: Mapping[str, "Shape"] = field(default_factory=dict)


def shape(required: str = "", optional: str = "", *, words: Mapping[str, str] | None = None, **below: Shape) -> Shape:
    """A shape from words separated by spaces."""
    told = {key: frozenset(said.split()) for key, said in (words or {}).items()}
    return Shape(required=frozenset(required.split()), optional=frozenset(optional.split()), below=below, words=told)


def chosen(by: str, base: Shape, **kinds: Shape) -> Shape:
    """The base, and what the word of `by` adds to it."""
    return replace(base, required=base.required | {by}, by=by, kinds=kinds)


def complaints(data: Any, wanted: Shape, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, what is wrong with it)"""
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from complaints(item, wanted, f"{path}[{number}]")
        return
    if not isinstance(data, dict):
        yield path, "is no object"
        return
    kind = wanted.kinds.get(str(data.get(wanted.by))) if wanted.by else Shape()
    if kind is None:
        yield f"{path}.{wanted.by}", f"is {data.get(wanted.by)}: the API knows {', '.join(wanted.kinds)}"
        return
    required, known = wanted.required | kind.required, wanted.optional | kind.optional
    for key in sorted(required - set(data)):
        yield f"{path}.{key}", "is missing"
    for key in sorted(set(data) - required - known):
        yield f"{path}.{key}", "is unknown to the API"
    for key, words in {**wanted.words, **kind.words}.items():
        if key in data and data[key] not in words:
            yield f"{path}.{key}", f"is {data[key]}: the API knows {', '.join(sorted(words))}"
    for key, below in {**wanted.below, **kind.below}.items():
        if key in data:
            yield from complaints(data[key], below, f"{path}.{key}")


_QUERY = shape("expression", "language", words={"language": "kql lucene"})
_SOURCE = chosen(
    "type",
    shape(),
    data_view_reference=shape("ref_id"),
    data_view_spec=shape("index_pattern", "time_field field_settings"),
)
_FORMAT = chosen("type", shape(), duration=shape("from to", "suffix"), number=shape("", "decimals suffix compact"))
_SHARED = shape("", "label format filter time_scale time_shift reduced_time_range", filter=_QUERY, format=_FORMAT)
_FIELD = shape("field")
_METRICS = {
    "count": shape("", "field empty_as_null"),
    "unique_count": shape("field", "empty_as_null"),
    "sum": shape("field", "empty_as_null"),
    "percentile": shape("field", "percentile"),
    **dict.fromkeys(("min", "max", "average", "median", "standard_deviation"), _FIELD),
}
_METRIC = chosen("operation", _SHARED, **_METRICS)
_RANK = chosen("type", shape("direction", words={"direction": "asc desc"}), metric=shape("", "metric_index"))
_TERMS = shape(
    "fields",
    "limit label format rank_by other_bucket includes excludes increase_accuracy",
    rank_by=_RANK,
    other_bucket=shape("include_documents_without_field"),
)
_TIME = shape("field", "label suggested_interval use_original_time_range include_empty_rows drop_partial_intervals")
_BUCKET = chosen("operation", shape(), terms=_TERMS, date_histogram=_TIME)
_REGION = chosen("operation", shape("", "ems", ems=shape("boundaries join")), terms=_TERMS)
_PRIMARY = chosen(
    "operation",
    shape(
        "type",
        "label format filter time_scale time_shift reduced_time_range subtitle color apply_color_to",
        words={"type": "primary"},
        format=_FORMAT,
    ),
    **_METRICS,
)
_LAYER = shape(
    "type data_source y",
    "x breakdown_by sampling ignore_global_filters",
    words={"type": "area area_stacked area_percentage bar bar_stacked bar_percentage line"},
    data_source=_SOURCE,
    x=_BUCKET,
    y=_METRIC,
    breakdown_by=_BUCKET,
)
_ONE_SOURCE = "sampling ignore_global_filters styling"
_VIS = chosen(
    "type",
    shape("", "title description filters query hide_title hide_border time_range", query=_QUERY),
    xy=shape("layers", "legend axis styling", layers=_LAYER),
    metric=shape("data_source metrics", _ONE_SOURCE, data_source=_SOURCE, metrics=_PRIMARY),
    data_table=shape("data_source metrics", f"{_ONE_SOURCE} rows", data_source=_SOURCE, metrics=_METRIC, rows=_BUCKET),
    pie=shape(
        "data_source metrics",
        f"{_ONE_SOURCE} group_by legend",
        data_source=_SOURCE,
        metrics=_METRIC,
        group_by=_BUCKET,
        styling=shape("", "donut_hole labels values", words={"donut_hole": "none s m l"}),
    ),
    region_map=shape("data_source metric region", _ONE_SOURCE, data_source=_SOURCE, metric=_METRIC, region=_REGION),
)
_TITLES = "title description hide_title hide_border"
_MARKDOWN = shape("content settings", _TITLES, settings=shape("", "open_links_in_new_tab"))
_SESSION = shape("ref_id", f"{_TITLES} selected_tab_id overrides time_range", overrides=shape("", "column_order sort"))
_GRID = shape("x y", "w h")
_PANEL = chosen(
    "type",
    shape("grid config", "id", grid=_GRID),
    markdown=shape(config=_MARKDOWN),
    vis=shape(config=_VIS),
    discover_session=shape(config=_SESSION),
)
_CONTROL = chosen(
    "type",
    shape("config", "id width grow", words={"width": "small medium large"}),
    options_list_control=shape(config=shape("data_view_id field_name", "title single_select values_source sort")),
)
DASHBOARD = shape(
    "title",
    "description tags filters access_control refresh_interval time_range options query pinned_panels panels",
    query=_QUERY,
    options=shape(
        "",
        "auto_apply_filters hide_panel_titles hide_panel_borders use_margins sync_colors sync_tooltips sync_cursor",
    ),
    refresh_interval=shape("pause value"),
    time_range=shape("from to", "mode"),
    pinned_panels=_CONTROL,
    panels=_PANEL,
)
"""The body of `PUT /api/dashboards/{id}`."""
