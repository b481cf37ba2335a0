"""What happens to a line on its way: its pod is looked up, then one pass makes it a document."""

from collections.abc import Iterable

from obs.model.logging import Logging, LogPlan
from obs.model.logs import Secret
from obs.render.fluentd_sections import Parameter, Section, parameters, regexp, section

TABLES = "/fluentd/etc/tables.json"
PSEUDONYM_KEY = "\"#{ENV['PSEUDONYM_KEY']}\""


def containers() -> Section:
    """The lines of one read together: their pod is looked up once."""
    batch = section(
        "filter",
        "kubernetes.**",
        *parameters(type="obs_batch", id="f_batch"),
        why="What one read found goes on as one event: a look-up per read of a file, not per line.",
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
    return section("label", "@LINES", batch, pods, _relabel("**", "@EVENTS"))


def node(logging: Logging) -> Section:
    """Lines of no container: the journal and the audit log."""
    named = Parameter("obs_format", "kubernetes")
    journal = section(
        "filter",
        "node.journal",
        *parameters(type="record_modifier", id="f_journal", whitelist_keys="message,obs_format"),
        section("record", "", named),
        why="Of the journal's fields only the text is kept; its own time is the event's.",
    )
    audit = section(
        "filter", "node.audit", *parameters(type="record_modifier", id="f_audit"), section("record", "", named)
    )
    return section(
        "label", "@NODE", journal, *((audit,) if logging.audit_log else ()), _relabel("**", "@EVENTS")
    )


def events(logs: LogPlan) -> Section:
    """One pass: parts and events joined, redacted first, then named by the redacted text, then parsed by the format."""
    own = [(form.name, secret) for form in logs.formats for secret in form.secrets]
    general = [("", secret) for secret in logs.logging.secrets]
    return section(
        "label",
        "@EVENTS",
        section(
            "match",
            "**",
            *parameters(type="obs_document", id="out_documents", table=TABLES, secret=PSEUDONYM_KEY),
            *parameters(runtime=logs.logging.runtime, documents="@EXTRA" if logs.logging.filters else "@DELIVER"),
            Parameter("part_wait", "10s", "A part whose rest never came goes on after this."),
            Parameter("event_wait", "2s", "The last event of a file waits so long for more."),
            *(_rule(secret, only) for only, secret in own + general),
        ),
    )


def redaction(secrets: Iterable[Secret]) -> Section:
    """The table for dead letters: what failed before it was redacted."""
    return section(
        "filter",
        "**",
        *parameters(type="obs_redact", id="f_redact_dead", secret=PSEUDONYM_KEY),
        *(_rule(secret, "") for secret in secrets),
    )


def _rule(secret: Secret, only: str) -> Section:
    return section(
        "rule",
        "",
        *parameters(name=secret.name),
        *(parameters(only=only) if only else ()),
        *parameters(needs=secret.needs, expression=regexp(secret.expression), replace=secret.replace),
        *(parameters(pseudonym=True) if secret.pseudonym else ()),
        why=secret.help,
    )


def extra(logging: Logging) -> str:
    """The label of the spec's own filters, their text as it was written."""
    texts = "\n".join(f"\n# {one.name}\n{one.text.rstrip()}\n" for one in logging.filters)
    return f"\n<label @EXTRA>\n{texts}\n<match **>\n  @type relabel\n  @label @DELIVER\n</match>\n</label>\n"


def _relabel(pattern: str, label: str) -> Section:
    return section("match", pattern, *parameters(type="relabel", label=label))
