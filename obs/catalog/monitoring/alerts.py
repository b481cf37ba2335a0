"""Every alert and objective of the monitoring."""

from obs.catalog.monitoring.alerts_chain import CHAIN
from obs.catalog.monitoring.alerts_prometheus import PROMETHEUS
from obs.catalog.monitoring.alerts_sending import SENDING
from obs.model.alert import Inhibition, Objective

ALERTS = (*PROMETHEUS, *SENDING, *CHAIN)

_RULES = "<group:prometheus>, instance"
_SENT = "<group:alertmanager>, instance"

OBJECTIVES = (
    Objective(
        name="rules",
        title="Rule evaluations",
        help="Share of rule evaluations that succeed. A rule that fails is an alert that cannot fire.",
        errors=f"sum by ({_RULES}) (rate(prometheus_rule_evaluation_failures_total{{<selector:prometheus>}}[<window>]))",
        total=f"sum by ({_RULES}) (rate(prometheus_rule_evaluations_total{{<selector:prometheus>}}[<window>]))",
        alert="MonitoringRulesBudgetBurn",
        summary="Too many rule evaluations fail.",
        why="One rule of a thousand that fails all the time spends the budget exactly.",
    ),
    Objective(
        name="notifications",
        title="Notifications delivered",
        help="Share of notifications that reach the service which carries them.",
        errors=(
            f"sum by ({_SENT}) (rate(alertmanager_notifications_failed_total{{<selector:alertmanager>}}[<window>]))"
        ),
        total=f"sum by ({_SENT}) (rate(alertmanager_notifications_total{{<selector:alertmanager>}}[<window>]))",
        alert="MonitoringNotificationsBudgetBurn",
        summary="Too many notifications fail.",
        why="Alertmanager repeats what failed, so one in a hundred is late rather than lost.",
        target=0.99,
        minimum_events=20,
    ),
)

_PROMETHEUS_DOWN = ("MonitoringAlertsLost", "MonitoringNoAlertmanager")

INHIBITIONS = (
    Inhibition(
        source=_PROMETHEUS_DOWN,
        target=("MonitoringAlertsNotTaken", "MonitoringAlertsDropped", "MonitoringAlertQueueFilling"),
        equal=("cluster", "namespace", "job", "instance"),
        why="When no Alertmanager takes alerts, single ones that do not are no news.",
    ),
    Inhibition(
        source=("MonitoringRulesMissed",),
        target=("MonitoringRulesSlow",),
        equal=("cluster", "namespace", "job", "instance", "rule_group"),
        why="A group that leaves out runs is slow, of course.",
    ),
    Inhibition(
        source=("MonitoringAlertmanagerReloadFailed",),
        target=("MonitoringAlertmanagersDiffer",),
        equal=("cluster", "namespace", "job"),
        why="The replica that could not read the new configuration is the one that differs.",
    ),
    Inhibition(
        source=("MonitoringTargetMissing",),
        target=("MonitoringTargetDown",),
        equal=("cluster", "job"),
        why="When no target of a job answers, each single one is no news.",
    ),
)
