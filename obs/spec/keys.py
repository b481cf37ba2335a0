"""The table of every key of a spec: the loader reads by it, the JSON Schema and docs/spec.md are printed from it."""

from collections.abc import Mapping

from obs.model.alert import SEVERITIES
from obs.model.component import Component, Option
from obs.model.metric import Source
from obs.spec import texts
from obs.spec.defaults import LINKS, NAMESPACE, STACK
from obs.spec.keys_logging import logging_record
from obs.spec.keys_notify import NOTIFY_RECORD
from obs.spec.keys_stack import STACK_RECORD
from obs.spec.kinds import Choice, Flag, Key, Kind, List, Map, Name, Number, Record, Tagged, Text

SELECTOR = Map(texts.LABEL_KEY, texts.LABEL_VALUE)
REPLICAS = Number(whole=True, least=1, most=1000)


def _share(value: float) -> str:
    """A percentage as the share that was meant."""
    return f"write {value / 100:.10g}" if 1 < value < 100 else "write a share of good events such as 0.999"


TARGET = Number(above=0, below=1, advise=_share)

ALERT = Record(
    "An override",
    (
        Key(
            "threshold",
            Number(),
            "The number the alert's signal is compared with.",
            otherwise="the catalogue's",
            guesses=("value", "limit"),
        ),
        Key(
            "hold",
            texts.DURATION,
            "How long the condition must last before the alert fires.",
            otherwise="the catalogue's",
            guesses=("for", "wait"),
        ),
        Key(
            "severity",
            Choice(SEVERITIES),
            "critical pages, warning makes a ticket, info is told.",
            otherwise="the catalogue's",
            guesses=("level",),
        ),
        Key("enabled", Flag(), "false leaves the alert out.", default=True, guesses=("off", "disabled", "disable")),
    ),
)
OBJECTIVE = Record(
    "An objective",
    (
        Key(
            "target",
            TARGET,
            "Share of good events, between 0 and 1.",
            otherwise="the catalogue's",
            guesses=("slo", "objective", "goal"),
        ),
        Key(
            "period",
            texts.PERIOD,
            "Time the error budget is spent over.",
            otherwise="the catalogue's",
            guesses=("window",),
        ),
        Key("enabled", Flag(), "false leaves the objective and its burn alerts out.", default=True, guesses=("off",)),
    ),
)
LINKS_RECORD = Record(
    "`links`",
    (
        Key("grafana", texts.URL, "Grafana, as people reach it.", default=LINKS.grafana),
        Key("prometheus", texts.URL, "Prometheus, as people reach it.", default=LINKS.prometheus),
        Key("alertmanager", texts.URL, "Alertmanager, as people reach it.", default=LINKS.alertmanager),
        Key("kibana", texts.URL, "Kibana, as people reach it.", default=LINKS.kibana),
        Key("runbooks", texts.URL, "Folder that serves docs/runbooks of the bundle.", default=LINKS.runbooks),
    ),
)
MIXIN = Record(
    "A mixin",
    (
        Key("name", texts.NAME, "Its name, which routes know as a component.", required=True),
        Key("path", texts.PATH, "Its mixin.libsonnet, relative to the spec.", required=True, guesses=("file",)),
        Key("config", texts.SOURCE_CODE, "jsonnet merged into its `_config`.", guesses=("_config",)),
        Key("overrides", Map(texts.ALERT_NAME, ALERT), "Changes to its alerts, by name.", guesses=("alerts",)),
    ),
)


def source_record(source: Source) -> Record:
    """What a service may say about one source of its component."""
    return Record(
        "A source",
        (
            Key("job", texts.NAME, "Its job label.", otherwise="the service's name, for the first source"),
            Key("namespace", texts.NAME, "Namespace of its pods.", otherwise="the service's"),
            Key("selector", SELECTOR, "Labels of its pods.", otherwise="the service's", guesses=("labels",)),
            Key("port", texts.PORT, "Port that serves its metrics.", default=source.port),
            Key("path", texts.HTTP_PATH, "Path that serves its metrics.", default=source.path),
            Key("scheme", Choice(("http", "https")), "How it is scraped.", default=source.scheme),
            Key(
                "scrape",
                Flag(),
                "false when something else scrapes it already, under the same job label.",
                default=True,
                guesses=("enabled",),
            ),
        ),
    )


def option_kind(option: Option) -> Kind:
    """The kind of an option, by the type of its default; a bool is no number here."""
    default = option.default
    if isinstance(default, bool):
        return Flag()
    if isinstance(default, int | float):
        return Number(whole=isinstance(default, int), least=option.minimum)
    if isinstance(default, tuple):
        return List(Choice(option.choices) if option.choices else texts.FREE, one=True)
    return Choice(option.choices) if option.choices else texts.FREE


def _case(component: Component) -> tuple[Key, ...]:
    """What a service of this component may say beside what every service may."""
    options = tuple(Key(o.name, option_kind(o), o.help, default=o.default) for o in component.options)
    own = [s for s in component.sources if s.component in ("", component.name)]
    sources = tuple(Key(s.name, source_record(s), f"Source `{s.name}`.") for s in own)
    said = f"Settings of {component.title}."
    return (
        Key("options", Record(f"Options of `{component.name}`", options), said, guesses=("settings", "config")),
        Key("sources", Record(f"Sources of `{component.name}`", sources), "How each of its sources is scraped."),
    )


def _service(library: Mapping[str, Component]) -> Tagged:
    nothing = Record("Nothing", ())
    common = Record(
        "`services`",
        (
            Key(
                "component",
                Name("component"),
                "What it is, from the catalogue.",
                required=True,
                guesses=("type", "kind"),
            ),
            Key("name", texts.NAME, "Its job label, unique in the platform.", otherwise="the component's, with dashes"),
            Key("namespace", texts.NAME, "Kubernetes namespace of its pods.", otherwise="`namespace` of the platform"),
            Key(
                "selector",
                SELECTOR,
                "Labels that select its pods.",
                otherwise="`label_key: name`",
                guesses=("labels", "match_labels", "matchLabels"),
            ),
            Key(
                "port", texts.PORT, "Port of the pods that serves it.", otherwise="that of the component's first source"
            ),
            Key("replicas", REPLICAS, "How many pods it should have.", default=2, guesses=("replica", "instances")),
            Key("team", texts.NAME, "Who owns it; a label of its alerts.", otherwise="`team` of the platform"),
            Key("enabled", Flag(), "false leaves it out, in an environment.", default=True, guesses=("off",)),
            Key("options", nothing, "Settings of its component.", guesses=("settings", "config")),
            Key("sources", nothing, "How each of its sources is scraped.", guesses=("scrape", "metrics")),
        ),
    )
    return Tagged("component", common, {name: _case(library[name]) for name in sorted(library)})


def platform_record(library: Mapping[str, Component]) -> Record:
    """The whole table, for the components at hand; `environments` stands apart, because it holds the table itself."""
    service: Tagged | Text = _service(library)
    return Record(
        "Top level",
        (
            Key("name", texts.NAME, "The platform's name.", required=True),
            Key("title", texts.TITLE, "The platform's name as people say it.", otherwise="the name"),
            Key(
                "cluster",
                texts.NAME,
                "Value of the `cluster` label on every series.",
                otherwise="the name; with an environment, name-environment",
            ),
            Key("namespace", texts.NAME, "Namespace of services that name none.", default=NAMESPACE),
            Key(
                "label_key",
                texts.LABEL_KEY,
                "Pod label that holds a service's name; the stack's own pods are found by app.kubernetes.io/name.",
                default=STACK.label_key,
            ),
            Key("team", texts.NAME, "Team of services that name none.", otherwise="none"),
            Key("services", List(service, least=1), "The services to watch.", required=True, guesses=("components",)),
            Key(
                "without",
                List(Name("implied component"), one=True),
                "Components left out that a platform has by itself.",
                default=(),
            ),
            Key(
                "objectives",
                Map(Name("objective"), OBJECTIVE),
                "Objectives, as `component.objective`.",
                guesses=("slos",),
            ),
            Key("overrides", Map(Name("alert"), ALERT), "Changes to alerts, by name.", guesses=("alerts",)),
            Key("panels_off", List(Name("panel")), "Panels left out, as `component/Panel title`.", guesses=("panels",)),
            Key(
                "notify", NOTIFY_RECORD, "Who hears of what.", required=True, guesses=("alertmanager", "notifications")
            ),
            Key("links", LINKS_RECORD, "Base URLs that alerts and dashboards link to.", guesses=("urls",)),
            Key("stack", STACK_RECORD, "The monitoring stack itself.", guesses=("monitoring",)),
            Key(
                "logging",
                logging_record(library),
                "Logs: read on every node, redacted, parsed and kept.",
                otherwise="no logging half",
                guesses=("logs", "fluentd", "elasticsearch"),
            ),
            Key("mixins", List(MIXIN), "Upstream monitoring mixins, read as components."),
        ),
    )


ENVIRONMENTS = Key(
    "environments",
    Map(texts.NAME, Record("Top level", ())),
    "Overlays by name: any key of the platform, merged over it; services and other named entries merge by name.",
    guesses=("env", "overlays"),
)
