"""Kubernetes itself: kubelet and containerd from the journal, the API server's audit log, events."""

from obs.catalog.log_shapes import ISO, REST, keyword, level_field, message_field, time_field
from obs.model.logs import Dialect, Field, LogFormat

LOGS = LogFormat(
    name="kubernetes",
    title="Kubernetes",
    dialects=(
        Dialect(
            name="audit",
            help="audit.k8s.io/v1: who did what to which object.",
            dataset="kubernetes.audit",
            mark="auditID",
            summary=("verb", "requestURI", "responseStatus.code"),
            constants={"event.category": ("configuration",), "event.kind": "event"},
        ),
        Dialect(
            name="event",
            help="An event of the cluster, v1: an object a line, as the event tailer prints it.",
            dataset="kubernetes.event",
            mark="involvedObject.kind",
        ),
        Dialect(
            name="event-series",
            help="The same of events.k8s.io/v1, which says note for message and regarding for the object.",
            dataset="kubernetes.event",
            mark="regarding.kind",
        ),
        Dialect(
            name="tailer",
            help="What the event tailer says of itself.",
            dataset="kubernetes.event_tailer",
            mark="message",
        ),
        Dialect(
            name="klog",
            help="kubelet; it tells no year, so the journal's time stands.",
            dataset="kubernetes.kubelet",
            pattern=rf"^(?<level>[IWEF])\d{{4}} \d\d:\d\d:\d\d\.\d+ +\d+ (?<logger>[^ \]]+)\] {REST}",
        ),
        Dialect(
            name="containerd",
            help="logfmt of containerd; the text is msg.",
            dataset="kubernetes.containerd",
            pattern=rf"^time=\"(?<time>{ISO})\" level=(?<severity>[a-z]+) msg=(?:\"(?<text>(?:[^\"\\]|\\.)*)\"|(?<word>\S+))",
        ),
    ),
    fields=(
        time_field(
            *("requestReceivedTimestamp", "series.lastObservedTime", "lastTimestamp", "deprecatedLastTimestamp"),
            *("eventTime", "firstTimestamp", "time"),
        ),
        level_field("level", "severity", "type"),
        message_field("message", "note", "text", "word"),
        keyword("log.logger", "File and line; of an event, the component that saw it.", "logger", "source.component", "reportingComponent", "reportingController", "deprecatedSource.component"),
        keyword("event.id", "Id of the request.", "auditID"),
        keyword("event.action", "Verb of the request, or the component's action.", "verb", "action"),
        keyword("event.reason", "Why, in the component's words, e.g. BackOff.", "reason"),
        keyword("user.name", "Who asked the API server.", "user.username"),
        Field(name="source.ip", type="ip", help="From where.", sources=("sourceIPs.0",), convert="address"),
        keyword("user_agent.original", "With which program.", "userAgent"),
        Field(name="http.response.status_code", type="long", help="Status of the answer.", sources=("responseStatus.code",), convert="integer"),
        Field(name="event.outcome", type="keyword", help="failure from status 400 upwards.", sources=("responseStatus.code",), convert="http_outcome"),
        Field(name="url.path", type="wildcard", help="Path of the request.", sources=("requestURI",), convert="path"),
        keyword("orchestrator.resource.type", "Kind of the object.", "objectRef.resource", "involvedObject.kind", "regarding.kind"),
        keyword("orchestrator.resource.name", "Name of the object.", "objectRef.name", "involvedObject.name", "regarding.name"),
        keyword("orchestrator.namespace", "Namespace of the object.", "objectRef.namespace", "involvedObject.namespace", "regarding.namespace"),
        Field(name="kubernetes.event.count", type="long", help="How often it happened.", sources=("series.count", "count", "deprecatedCount"), convert="integer"),
    ),
    drop=("requestObject", "responseObject", "metadata.managedFields"),
    origins=("journal", "audit"),
)
"""Bodies of audited requests hold Secrets, whatever the audit policy promised."""
