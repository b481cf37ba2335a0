"""Fields every document has, whoever wrote the line: the contract between pipeline, mapping and Kibana."""

from obs.model.logs import Field, Level

COMMON_FIELDS = (
    Field(name="@timestamp", type="date", help="When it happened: the line's own time, else the container runtime's."),
    Field(name="message", type="match_only_text", help="The line as people read it, redacted."),
    Field(name="log.level", type="keyword", help="Severity: trace debug info notice warn error fatal."),
    Field(name="log.logger", type="keyword", help="Part of the program that wrote it."),
    Field(name="tags", type="keyword", help="`unparsed` on lines of no known dialect."),
    Field(name="ecs.version", type="keyword", help="Version of the Elastic Common Schema the names follow."),
    Field(name="event.created", type="date", help="When the container runtime read the line, in nanoseconds."),
    Field(name="event.dataset", type="keyword", help="What wrote it and which of its logs, e.g. mysql.slowlog."),
    Field(name="event.module", type="keyword", help="The format, e.g. mysql."),
    Field(name="event.kind", type="keyword", help="event; pipeline_error on dead letters."),
    Field(name="event.category", type="keyword", help="ECS category: web, database, authentication, network …"),
    Field(name="event.type", type="keyword", help="ECS type within the category."),
    Field(name="event.action", type="keyword", help="What was done."),
    Field(name="event.outcome", type="keyword", help="success or failure, where the line says it."),
    Field(name="event.reason", type="keyword", help="Why, in the program's own code, e.g. authz.invalid_session."),
    Field(name="event.duration", type="long", help="How long it took, nanoseconds."),
    Field(name="event.hash", type="keyword", help="The document's id: the same line gets the same one again."),
    Field(name="service.name", type="keyword", help="The service of the spec, as its job label on metrics."),
    Field(name="log.iostream", type="keyword", help="stdout or stderr."),
    Field(name="log.file.path", type="keyword", help="The file it was read from, for lines of no container."),
    Field(name="orchestrator.cluster.name", type="keyword", help="The cluster label of the platform's metrics."),
    Field(name="kubernetes.namespace", type="keyword", help="Namespace of the pod."),
    Field(name="kubernetes.pod.name", type="keyword", help="Name of the pod."),
    Field(name="kubernetes.pod.uid", type="keyword", help="Uid of the pod."),
    Field(name="kubernetes.container.name", type="keyword", help="Container in the pod."),
    Field(name="kubernetes.node.name", type="keyword", help="Node it ran on."),
    Field(name="kubernetes.labels", type="flattened", help="Labels of the pod."),
    Field(name="container.id", type="keyword", help="Container id of the runtime."),
    Field(name="container.image.name", type="keyword", help="Image of the container, with its tag."),
    Field(name="app", type="flattened", help="What else a JSON line says."),
    Field(name="data_stream.type", type="constant_keyword", help="logs."),
    Field(name="data_stream.dataset", type="constant_keyword", help="obs. and the namespace class."),
    Field(name="data_stream.namespace", type="constant_keyword", help="The cluster, with underscores for dashes."),
)

ADDRESS = "source.ip"
PLACE = "source.geo"
PLACE_FIELDS = (
    Field(name=f"{PLACE}.continent_name", type="keyword", help="Continent of the address."),
    Field(name=f"{PLACE}.country_iso_code", type="keyword", help="Country of the address, two letters."),
    Field(name=f"{PLACE}.country_name", type="keyword", help="Country of the address."),
    Field(name=f"{PLACE}.city_name", type="keyword", help="City of the address, where it is known."),
    Field(name=f"{PLACE}.location", type="geo_point", help="Where that is, as far as GeoLite2 knows: a city's middle."),
)
"""What Elasticsearch adds to documents with an address, when the spec says `geoip`."""

DEAD_LETTER_FIELDS = (
    Field(name="fluentd.tag", type="keyword", help="Tag the record had."),
    Field(name="fluentd.record", type="wildcard", help="The record as JSON, redacted."),
)
"""What dead letters have beside the common fields; `event.kind` is pipeline_error.

Why a record was refused stands in Fluentd's own log at the same time: no plugin puts the reason into the record.
"""

SPELLINGS: dict[str, Level] = {
    **{"10": "trace", "20": "debug", "30": "info", "40": "warn", "50": "error", "60": "fatal"},
    **dict.fromkeys(("trace", "trc", "debug1", "debug2", "debug3", "debug4", "debug5", "finest"), "trace"),
    **dict.fromkeys(("debug", "dbg", "d", "fine"), "debug"),
    **dict.fromkeys(("info", "inf", "i", "information", "informational", "log", "normal", "system"), "info"),
    **dict.fromkeys(("notice", "note"), "notice"),
    **dict.fromkeys(("warn", "warning", "wrn", "w"), "warn"),
    **dict.fromkeys(("error", "err", "e", "severe"), "error"),
    **dict.fromkeys(("fatal", "ftl", "f", "critical", "crit", "c", "panic", "dpanic", "emerg", "alert"), "fatal"),
}
"""How programs spell severities, in lower case; the numbers are those of Node.js loggers.

One spelling means the same everywhere; a test holds formats to it.
"""
