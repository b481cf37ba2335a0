"""What happens to a line on its way: parts and traces joined, named after its pod, redacted, made a document."""

from collections.abc import Iterable, Iterator

from obs.model.logging import Logging, LogPlan
from obs.model.logs import Join, LogFormat, Secret
from obs.render.fluentd_sections import Parameter, Section, parameters, regexp, section

TABLES = "/fluentd/etc/tables.json"
TRACE_LIMIT = 500_000
"""Bytes of one trace; longer ones are cut into several events."""


def parts(logging: Logging) -> Iterator[Section]:
    """Lines that the runtime cut, whole again: containerd's P and F, docker's pieces without a line break."""
    if logging.runtime != "docker":
        yield section("label", "@PARTS", _cri_parts(), _relabel("**", "@DOCKER"))
    else:
        yield section("label", "@PARTS", _relabel("**", "@DOCKER"))
    pieces = (_docker_parts(),) if logging.runtime != "containerd" else ()
    yield section("label", "@DOCKER", *pieces, _relabel("**", "@NAMED"))


def _cri_parts() -> Section:
    return section(
        "filter",
        "kubernetes.**",
        *parameters(type="concat", id="f_cri_parts", key="message"),
        *parameters(use_partial_cri_logtag=True, partial_cri_logtag_key="logtag"),
        Parameter("partial_cri_stream_key", "__keep__", "The key named here is deleted: by default `stream` is."),
        Parameter("stream_identity_key", "stream", "Without it an F of stdout ends a P of stderr."),
        Parameter("separator", ""),
        *parameters(use_first_timestamp=True, flush_interval=10),
        Parameter("timeout_label", "@DOCKER", "A part whose rest never came goes on; it would be an error event."),
    )


def _docker_parts() -> Section:
    return section(
        "filter",
        "kubernetes.**",
        *parameters(type="concat", id="f_docker_parts", key="log"),
        Parameter("multiline_end_regexp", r"/\n$/", "docker cuts at 16 KiB; only the last piece ends its line."),
        Parameter("separator", ""),
        *parameters(stream_identity_key="stream", use_first_timestamp=True, flush_interval=5, timeout_label="@NAMED"),
    )


def named(logging: Logging) -> Section:
    """Every line learns its pod, service, format and data stream, and is sent on under its format's name."""
    normal = section(
        "filter",
        "kubernetes.**",
        *parameters(type="record_modifier", id="f_message"),
        Parameter("remove_keys", "log,logtag,unmatched_line"),
        section(
            "record",
            "",
            Parameter("message", '${record["message"] || record["unmatched_line"] || record["log"].to_s.chomp}'),
        ),
        why="containerd, docker and lines of neither: from here on the text is in `message`.",
    )
    pods = section(
        "filter",
        "kubernetes.**",
        *parameters(type="kubernetes_metadata", id="f_kubernetes"),
        Parameter(
            "tag_to_kubernetes_name_regexp",
            r"var\.log\.pods\.(?<namespace>[^_]+)_(?<pod_name>[^_]+)_(?<pod_uuid>[a-z0-9-]+)\.(?<container_name>.+)"
            r"\.\d+\.log(?:\..*)?$",
            "As the plugin's own, and rotated files as well.",
        ),
        Parameter("watch", False, "One GET per new pod, kept for an hour, instead of a watch on every pod per node."),
        *parameters(cache_size=2000, cache_ttl=3600, skip_master_url=True),
        Parameter("skip_namespace_metadata", True, "Saves a GET per namespace; nothing reads its labels."),
        Parameter("allow_orphans", False, "A pod that is gone keeps the namespace of its file's name."),
        Parameter("lookup_from_k8s_field", False, "A line may not say whose it is."),
        Parameter("stats_interval", 0, "Its statistics would be most of Fluentd's own log."),
    )
    origin = section("filter", "kubernetes.**", *parameters(type="obs_origin", id="f_origin", table=TABLES))
    return section("label", "@NAMED", normal, pods, origin, _by_format("r_format"))


def node(logging: Logging) -> Section:
    """Lines of no container: the journal and the audit log."""
    common = (
        Parameter("time", "${Time.at(time.to_r).utc.iso8601(9)}"),
        Parameter("stream", "${nil}"),
        Parameter("obs_format", "kubernetes"),
    )
    journal = section(
        "filter",
        "node.journal",
        *parameters(type="record_modifier", id="f_journal", whitelist_keys="message,time,stream,obs_format"),
        section("record", "", *common),
        why="Of the journal's fields only the text is kept; its own time is the event's.",
    )
    audit = section(
        "filter", "node.audit", *parameters(type="record_modifier", id="f_audit"), section("record", "", *common)
    )
    origin = section("filter", "node.**", *parameters(type="obs_origin", id="f_node_origin", table=TABLES))
    return section("label", "@NODE", journal, *((audit,) if logging.audit_log else ()), origin, _by_format("r_node"))


def _by_format(name: str) -> Section:
    to_format = parameters(key="obs_format", pattern="/^(.+)$/", tag="$1.${tag}")
    rule = section("rule", "", *to_format, Parameter("label", "@LINES", "Without it the line would come back here."))
    return section("match", "**", *parameters(type="rewrite_tag_filter", id=name), rule)


def events(formats: Iterable[LogFormat]) -> Section:
    """Lines that are one event, joined by the rule of their format or by what traces look like."""
    joined = [_join(form, form.join) for form in formats if form.join]
    traced = [_traces(form) for form in formats if form.languages and not form.join]
    return section("label", "@LINES", *joined, *traced, _relabel("**", "@EVENTS"))


def _join(form: LogFormat, join: Join) -> Section:
    return section(
        "filter",
        f"{form.name}.text.**",
        *parameters(type="concat", id=f"f_join_{form.name}", key="message"),
        *parameters(multiline_start_regexp=regexp(join.start), continuous_line_regexp=regexp(join.follow)),
        *parameters(stream_identity_key="stream", use_first_timestamp=True, flush_interval=2),
        Parameter("timeout_label", "@EVENTS", "The last event waits two seconds for more, then goes on."),
    )


def _traces(form: LogFormat) -> Section:
    return section(
        "match",
        f"{form.name}.text.**",
        *parameters(type="detect_exceptions", id=f"m_traces_{form.name}", label="@EVENTS"),
        Parameter("remove_tag_prefix", "obs_none", "Required; the label changes, so the tag may stay."),
        *parameters(message="message", stream="stream", languages=form.languages),
        Parameter("force_line_breaks", True, "Lines of containerd carry no line break: a trace would be one line."),
        *parameters(multiline_flush_interval=2, max_lines=500, max_bytes=TRACE_LIMIT),
    )


def redaction(secrets: Iterable[Secret], pattern: str = "**", name: str = "redact") -> Section:
    """The table, over the raw text: one pass covers text, JSON and JSON within JSON, before anything is stored."""
    table = tuple(secrets)
    ordered = sorted(table, key=lambda secret: secret.pseudonym)
    return section(
        "filter",
        pattern,
        *parameters(type="obs_redact", id=f"f_{name}", secret="\"#{ENV['PSEUDONYM_KEY']}\""),
        *(_rule(secret) for secret in ordered),
    )


def _rule(secret: Secret) -> Section:
    return section(
        "rule",
        "",
        *parameters(name=secret.name, needs=secret.needs, expression=regexp(secret.expression), replace=secret.replace),
        *(parameters(pseudonym=True) if secret.pseudonym else ()),
        why=secret.help,
    )


def documents(logs: LogPlan) -> Section:
    """Redacted first, then named by its redacted text, then parsed by its format."""
    own = [redaction(form.secrets, f"{form.name}.**", f"redact_{form.name}") for form in logs.formats if form.secrets]
    return section(
        "label",
        "@EVENTS",
        *own,
        redaction(logs.logging.secrets),
        _identity(),
        *(f for form in logs.formats for f in _parsed(form)),
        _relabel("**", "@EXTRA" if logs.logging.filters else "@DELIVER"),
    )


def extra(logging: Logging) -> str:
    """The label of the spec's own filters, their text as it was written."""
    texts = "\n".join(f"\n# {one.name}\n{one.text.rstrip()}\n" for one in logging.filters)
    return f"\n<label @EXTRA>\n{texts}\n<match **>\n  @type relabel\n  @label @DELIVER\n</match>\n</label>\n"


def _identity() -> Section:
    return section(
        "filter",
        "**",
        *parameters(type="elasticsearch_genid", id="f_identity", hash_id_key="event.hash"),
        *parameters(use_record_as_seed=True, use_entire_record=False),
        Parameter(
            "record_keys",
            ("obs_file", "time", "stream", "message"),
            "The time as text has nanoseconds; the file's first name stays when it is rotated, unlike the tag.",
        ),
        *parameters(include_tag_in_seed=False, include_time_in_seed=False, hash_type="sha1"),
        why="The same line read again gets the same id, and Elasticsearch refuses the second.",
    )


def _parsed(form: LogFormat) -> Iterator[Section]:
    yield section(
        "filter",
        f"{form.name}.**",
        *parameters(type="parser", id=f"f_parse_{form.name}", key_name="message", hash_value_field="line"),
        *parameters(reserve_data=True, reserve_time=True, emit_invalid_record_to_error=False),
        section("parse", "", *parameters(type="multi_format", format_key="obs_dialect"), *_patterns(form)),
        why=form.title,
    )
    document = parameters(type="obs_document", id=f"f_document_{form.name}", table=TABLES, format=form.name)
    yield section("filter", f"{form.name}.**", *document)


def _patterns(form: LogFormat) -> Iterator[Section]:
    """One pattern per way of writing, objects once: which of them an object is, its keys tell."""
    seen_json = False
    for dialect in form.dialects:
        if dialect.pattern:
            named = parameters(format="regexp", format_name=dialect.name, expression=regexp(dialect.pattern))
            untimed = Parameter("time_key", "obs_none", "Times are made by obs_document, zone-less ones for UTC.")
            yield section("pattern", "", *named, untimed)
        elif not seen_json:
            seen_json = True
            named = parameters(format="json", format_name="json")
            untimed = Parameter("time_key", "obs_none", "By default a text under `time` fails the parser.")
            yield section("pattern", "", *named, untimed)


def _relabel(pattern: str, label: str) -> Section:
    return section("match", pattern, *parameters(type="relabel", label=label))
