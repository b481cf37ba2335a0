"""Lines of pods nobody described: JSON with the usual keys, logfmt, klog, and a time with a severity."""

from dataclasses import replace

from obs.catalog.log_shapes import GO_TRACE, ISO, REST, RUBY_TRACE, keyword, level_field, message_field, time_field
from obs.model.logs import Dialect, LogFormat

GENERIC = LogFormat(
    name="generic",
    title="Any program",
    dialects=(
        Dialect(name="json", help="One JSON object; zap, logrus and pino call the text msg.", dataset="generic.json"),
        Dialect(
            name="klog",
            help="Kubernetes' own logger and programs that use it; it tells no year, so the runtime's time stands.",
            dataset="generic.klog",
            pattern=rf"^(?<level>[IWEF])\d{{4}} \d\d:\d\d:\d\d\.\d+ +\d+ (?<logger>[^ \]]+)\] {REST}",
        ),
        Dialect(
            name="dated",
            help="A time, a severity in words, the text: Vault, Python, Java, traefik and others.",
            dataset="generic.text",
            pattern=rf"^\[?(?<time>{ISO})\]?[ \t]+[\[(]?(?<severity>[A-Za-z]{{3,9}})[\])]?:?[ \t]+{REST}",
        ),
        Dialect(
            name="logfmt",
            help="key=value with level and time in any order; the whole line is the message.",
            dataset="generic.logfmt",
            pattern=(
                r"^(?=(?:.* )?(?:level|lvl)=\"?(?<lvl>[A-Za-z]+))"
                rf"(?:(?=(?:.* )?(?:ts|time|t)=\"?(?<ts>{ISO})))?(?:[a-z_.]+)="
            ),
        ),
        Dialect(
            name="bare",
            help="A severity and the text.",
            dataset="generic.text",
            pattern=rf"^\[?(?<word>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|PANIC)\]?:? +{REST}",
        ),
        replace(GO_TRACE, dataset="generic.trace"),
        replace(RUBY_TRACE, dataset="generic.trace"),
        Dialect(
            name="exception",
            help="Traces of Python, and of Java and JavaScript when they begin with the exception.",
            dataset="generic.trace",
            pattern=(
                r"^(?<exception>(?:Traceback \(most recent call last\):|Exception in thread |"
                r"(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)(?:: |\n))[\s\S]*)"
            ),
            constants={"log.level": "error"},
        ),
    ),
    fields=(
        time_field("time", "ts", "timestamp", "@timestamp", "date"),
        level_field("level", "severity", "lvl", "word"),
        message_field("message", "msg"),
        keyword("log.logger", "Its logger.", "logger", "caller", "logger_name"),
        keyword("trace.id", "Its trace.", "trace_id", "traceId"),
    ),
    languages=("java", "go", "python", "js"),
)
