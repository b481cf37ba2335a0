"""Lines of pods nobody described: JSON with the usual keys, logfmt, klog, and a time with a severity."""

from obs.model.logs import Dialect, Field, LogFormat

ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"

GENERIC = LogFormat(
    name="generic",
    title="Any program",
    dialects=(
        Dialect(
            name="klog",
            help="Kubernetes' own logger and programs that use it.",
            dataset="generic.klog",
            pattern=r"^(?<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ (?<logger>[^ \]]+)\] (?<message>.*)",
            mark="logger",
        ),
        Dialect(
            name="dated",
            help="A time, a severity in words, the message.",
            dataset="generic.text",
            pattern=rf"^\[?(?<time>{ISO})\]?[ \t]+[\[(]?(?<level>[A-Za-z]{{3,9}})[\])]?:?[ \t]+(?<message>.*)",
            mark="time",
        ),
        Dialect(name="json", help="One JSON object.", dataset="generic.json"),
    ),
    fields=(
        Field(name="@timestamp", type="date", help="Its own time.", sources=("time", "ts", "timestamp", "@timestamp", "date"), convert="time"),
        Field(name="log.level", type="keyword", help="Its severity.", sources=("level", "severity", "lvl", "log.level"), convert="level"),
        Field(name="message", type="match_only_text", help="Its message.", sources=("message", "msg", "event")),
        Field(name="log.logger", type="keyword", help="Its logger.", sources=("logger", "caller", "logger_name")),
        Field(name="trace.id", type="keyword", help="Its trace.", sources=("trace_id", "traceId", "trace.id")),
    ),
    languages=("java", "go", "python", "js"),
)
