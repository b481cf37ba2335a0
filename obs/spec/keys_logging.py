"""The part of the spec's table about logs."""

from collections.abc import Mapping

from obs.catalog.applications import formats
from obs.model.component import Component
from obs.model.logging import Aggregator, Elasticsearch, LogClass, Volume
from obs.spec import texts
from obs.spec.defaults import LOGGING_NAMESPACE, NAMESPACE
from obs.spec.kinds import Choice, Flag, Key, List, Map, Number, Record

_CLASS = LogClass(name="other")
_VOLUME = Volume()
_ELASTICSEARCH = Elasticsearch()
_AGGREGATOR = Aggregator()

_CLASS_RECORD = Record(
    "A class of `logging.classes`",
    (
        Key("name", texts.NAME, "Its name, which its data stream carries.", required=True),
        Key(
            "namespaces",
            List(texts.NAME, one=True),
            "Namespaces whose lines belong to it.",
            otherwise="every namespace no other class names",
            guesses=("namespace",),
        ),
        Key("retention", texts.PERIOD, "How long its documents are kept.", default=_CLASS.retention),
        Key(
            "rate",
            Number(whole=True, least=1),
            "Lines per second one container may write before its file has to wait.",
            default=_CLASS.rate,
            guesses=("limit", "rate_limit"),
        ),
        Key(
            "priority",
            Choice(("high", "normal", "low")),
            "Which class Elasticsearch recovers first, and which its disks give up last.",
            default=_CLASS.priority,
        ),
        Key(
            "share",
            Number(least=0, most=100),
            "Its part of all lines in percent; disks are estimated with it.",
            otherwise="an even part of what the other classes leave",
            guesses=("percent", "part"),
        ),
    ),
)
_VOLUME_RECORD = Record(
    "`logging.volume`",
    (
        Key(
            "lines_per_second",
            Number(above=0),
            "Lines of the whole platform, averaged over a day.",
            default=_VOLUME.lines_per_second,
            guesses=("lines", "rate"),
        ),
        Key(
            "bytes_per_line",
            Number(above=0),
            "Length of a line.",
            default=_VOLUME.bytes_per_line,
            guesses=("bytes", "line_bytes"),
        ),
        Key("peak_ratio", Number(least=1), "The busiest minute against the average.", default=_VOLUME.peak_ratio),
        Key("nodes", Number(whole=True, least=1), "Nodes of the cluster.", default=_VOLUME.nodes),
        Key(
            "outage",
            texts.PERIOD,
            "How long Elasticsearch may be away before lines are put aside.",
            default=_VOLUME.outage,
        ),
    ),
)
_ELASTICSEARCH_RECORD = Record(
    "`logging.elasticsearch`",
    (
        Key(
            "placement",
            Choice(("cluster", "eck", "external")),
            "cluster deploys it beside the pipeline; eck leaves that to Elastic's operator, which must be on the "
            "cluster; external writes to one that exists.",
            otherwise="eck with `stack.mode: operator`, else cluster",
            guesses=("deployment", "managed_by", "type"),
        ),
        Key("url", texts.URL, "Where the external one answers.", guesses=("host", "hosts", "endpoint")),
        Key("version", Choice(("8.19", "9")), "Its version; quote it.", default=_ELASTICSEARCH.version),
        Key("nodes", Number(whole=True, least=1, most=100), "Nodes of the one deployed.", default=_ELASTICSEARCH.nodes),
        Key("storage", texts.MEMORY, "Volume of each of its nodes.", default=_ELASTICSEARCH.storage),
        Key(
            "memory",
            texts.MEMORY,
            "Of each of its nodes; half of it is heap.",
            otherwise="computed from what is kept, 4Gi to 64Gi",
            guesses=("heap", "ram"),
        ),
        Key("snapshots", texts.RESOURCE, "Name of a snapshot repository.", otherwise="no snapshots are taken"),
        Key(
            "keystore",
            List(texts.SETTING, one=True),
            "Settings of the one deployed whose values are secrets, as for a snapshot repository; the secret "
            "`elasticsearch-keystore` has a key for each.",
            guesses=("secure_settings", "secrets"),
        ),
        Key(
            "zones",
            Flag(),
            "false with eck on nodes that have no label topology.kubernetes.io/zone: the operator would wait for it.",
            default=_ELASTICSEARCH.zones,
            guesses=("zone_awareness", "zone_aware"),
        ),
        Key(
            "operator_namespace",
            texts.NAME,
            "Where Elastic's operator runs; it must reach Elasticsearch.",
            default=_ELASTICSEARCH.operator_namespace,
            guesses=("operator", "eck_namespace"),
        ),
        Key(
            "logsdb",
            Flag(),
            "Indices in LogsDB mode: about half the disk, a little slower to write.",
            default=_ELASTICSEARCH.logsdb,
        ),
        Key(
            "geoip",
            Flag(),
            "true gives addresses a place, for maps; Elasticsearch then downloads GeoLite2 from Elastic.",
            default=_ELASTICSEARCH.geoip,
            guesses=("geo", "maps"),
        ),
    ),
)
_AGGREGATOR_RECORD = Record(
    "`logging.aggregator`",
    (
        Key("enabled", Flag(), "true sends lines through a tier of their own.", default=_AGGREGATOR.enabled),
        Key("replicas", Number(whole=True, least=1, most=100), "Its pods.", default=_AGGREGATOR.replicas),
    ),
)
_REDACT_RECORD = Record(
    "A rule of `logging.redact`",
    (
        Key("name", texts.NAME, "Its name.", required=True),
        Key(
            "expression",
            texts.EXPRESSION,
            "What must not leave the node; Ruby and Python have to read it alike.",
            required=True,
            guesses=("pattern", "regexp", "regex"),
        ),
        Key("replace", texts.REPLACEMENT, "What stands there instead; \\1 keeps a group.", default="[REDACTED]"),
    ),
)
_FILTER_RECORD = Record(
    "A filter of `logging.filters`",
    (
        Key("name", texts.NAME, "Its name, which its file carries.", required=True),
        Key(
            "text",
            texts.SOURCE_CODE,
            "Fluentd configuration: one or more <filter> sections.",
            required=True,
            guesses=("config",),
        ),
    ),
)


def logging_record(library: Mapping[str, Component]) -> Record:
    """What a spec may say about logs, with the formats at hand."""
    application = Record(
        "An application of `logging.applications`",
        (
            Key("name", texts.NAME, "Its name, as `service.name` of its lines.", required=True),
            Key("format", Choice(tuple(sorted(formats(library)))), "How it writes.", required=True),
            Key("namespace", texts.NAME, "Namespace of its pods.", otherwise=f"the platform's, else {NAMESPACE}"),
            Key(
                "selector",
                Map(texts.LABEL_KEY, texts.LABEL_VALUE),
                "Labels of its pods.",
                otherwise="`label_key: name`",
                guesses=("labels",),
            ),
        ),
    )
    return Record(
        "`logging`",
        (
            Key("enabled", Flag(), "false leaves the logging half out.", default=True, guesses=("off",)),
            Key("namespace", texts.NAME, "Namespace of pipeline and search engine.", default=LOGGING_NAMESPACE),
            Key("classes", List(_CLASS_RECORD), "Namespaces that belong together.", otherwise="one class, `other`"),
            Key("applications", List(application), "Pods that are no service of this spec, and how they write."),
            Key(
                "runtime",
                Choice(("containerd", "docker", "mixed")),
                "How nodes write container logs; mixed reads both, a little slower.",
                default="mixed",
            ),
            Key(
                "workers",
                Number(whole=True, least=1, most=8),
                "Processes of a node's Fluentd that share its pods: one carries what one core does.",
                default=1,
                guesses=("processes", "threads"),
            ),
            Key("volume", _VOLUME_RECORD, "How much is written; every size follows from it."),
            Key("elasticsearch", _ELASTICSEARCH_RECORD, "Where documents go."),
            Key("aggregator", _AGGREGATOR_RECORD, "A tier between nodes and Elasticsearch."),
            Key("redact", List(_REDACT_RECORD), "What else must not leave the node.", guesses=("redaction", "mask")),
            Key("filters", List(_FILTER_RECORD), "Filters of your own, behind ours."),
            Key(
                "events",
                Flag(),
                "false leaves the cluster's own events out; otherwise a pod prints each of them once.",
                default=True,
            ),
            Key(
                "audit_log",
                texts.HTTP_PATH,
                "The API server's audit log on control-plane nodes, in JSON.",
                otherwise="it is not read",
                guesses=("audit",),
            ),
        ),
    )
