"""What pages and what makes a ticket about Prometheus itself."""

from obs.model.alert import Alert

PROMETHEUS = (
    Alert(
        name="Watchdog",
        signal="watchdog",
        is_=">",
        threshold=0,
        hold="1m",
        severity="info",
        triage="up",
        summary="The alerting pipeline works as long as this alert arrives.",
        description="It always fires ({{ $value | humanize }}), so that its absence at the far end tells of a dead pipeline.",
        why="A vector of 1 is above 0 whenever rules are evaluated at all.",
    ),
    Alert(
        name="MonitoringTargetDown",
        signal="targets_down",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="up",
        summary="A target does not answer the scrape.",
        description=(
            "{{ $labels.instance }} of job {{ $labels.job }} has not answered for five minutes; "
            "nothing newer is known of it."
        ),
        why="Five minutes are ten missed scrapes at the default interval: a restart is over by then.",
    ),
    Alert(
        name="MonitoringNotIngesting",
        signal="ingested",
        is_="<",
        threshold=1,
        hold="10m",
        severity="critical",
        triage="up",
        summary="Prometheus stores no samples.",
        description=(
            "{{ $labels.instance }} stores {{ $value | humanize }} samples per second (alert below <threshold>): its "
            "rules see nothing new."
        ),
        why=(
            "Prometheus alone exposes some hundred series, so even an empty platform stores more than one sample per "
            "second."
        ),
    ),
    Alert(
        name="MonitoringRulesFailing",
        signal="rules_failed",
        is_=">",
        threshold=0,
        hold="10m",
        severity="critical",
        triage="failing",
        summary="Rules cannot be evaluated.",
        description=(
            "{{ $value | humanize }} evaluations of {{ $labels.rule_group }} on {{ $labels.instance }} failed within "
            "five minutes."
        ),
        why=(
            "A rule that fails is an alert that cannot fire; ten minutes outlast a restart during which series are "
            "doubled."
        ),
    ),
    Alert(
        name="MonitoringReloadFailed",
        signal="reload_ok",
        is_="<",
        threshold=1,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Prometheus could not read its configuration.",
        description=(
            "{{ $labels.instance }} runs with an old configuration, the newer one is bad; after a "
            "restart it will not start."
        ),
        why=(
            "Files of a ConfigMap arrive within two minutes of each other; ten minutes mean that what is on disk is "
            "wrong."
        ),
    ),
    Alert(
        name="MonitoringScrapesRefused",
        signal="scrapes_refused",
        is_=">",
        threshold=0,
        hold="10m",
        severity="warning",
        triage="failing",
        summary="Prometheus refuses scrapes over a limit.",
        description=(
            "{{ $labels.instance }} refused {{ $value | humanize }} scrapes or targets within a quarter of an hour."
        ),
        why=(
            "The limits lie far above what the largest exporter of the platform sends; a target beyond them is not "
            "measured at all."
        ),
    ),
    Alert(
        name="MonitoringSamplesRejected",
        signal="samples_rejected",
        is_=">",
        threshold=1,
        hold="15m",
        severity="warning",
        triage="failing",
        summary="Prometheus rejects samples.",
        description=(
            "{{ $labels.instance }} rejects {{ $value | humanize }} samples per second (limit <threshold>): the same "
            "series come twice."
        ),
        why=(
            "Single samples are rejected when a pod is replaced; one per second for a quarter of an hour is a wrong "
            "relabelling."
        ),
    ),
    Alert(
        name="MonitoringStorageFailing",
        signal="storage_failures",
        is_=">",
        threshold=0,
        hold="5m",
        severity="warning",
        triage="failing",
        summary="The storage of Prometheus fails.",
        description=(
            "{{ $labels.instance }} had {{ $value | humanize }} failed compactions, truncations, reloads or writes "
            "within an hour."
        ),
        why="None of these ever fails on a healthy disk; each one that does brings loss of data nearer.",
    ),
    Alert(
        name="MonitoringRulesSlow",
        signal="rules_duration",
        is_=">",
        threshold=0.8,
        hold="15m",
        severity="warning",
        triage="slow",
        summary="A rule group takes nearly its whole interval.",
        description=(
            "{{ $labels.rule_group }} on {{ $labels.instance }} takes {{ $value | humanizePercentage }} of its "
            "interval (limit <threshold>)."
        ),
        why="Above the whole interval runs are left out and alerts come late; a fifth is left to act in.",
    ),
    Alert(
        name="MonitoringRulesMissed",
        signal="rules_missed",
        is_=">",
        threshold=0,
        hold="15m",
        severity="warning",
        triage="slow",
        summary="Prometheus leaves out runs of rules.",
        description=(
            "{{ $labels.instance }} left out {{ $value | humanize }} runs of {{ $labels.rule_group }} within a "
            "quarter of an hour."
        ),
        why=(
            "A run left out is a blind spot of one interval; one that is left out for half an hour long is no accident."
        ),
    ),
    Alert(
        name="MonitoringHistoryCut",
        signal="storage_share",
        is_=">",
        threshold=0.98,
        hold="30m",
        severity="warning",
        triage="full",
        summary="Prometheus keeps less history than planned.",
        description=(
            "The blocks of {{ $labels.instance }} take {{ $value | humanizePercentage }} of the retention size (limit "
            "<threshold>): old ones go early."
        ),
        why="Below it the retention time decides; at the size limit the oldest block goes with each new one.",
    ),
    Alert(
        name="MonitoringTooManySeries",
        signal="head_series",
        is_=">",
        threshold=500000,
        hold="15m",
        severity="warning",
        triage="full",
        summary="Prometheus holds too many series.",
        description="{{ $labels.instance }} holds {{ $value | humanize }} series in memory (limit <threshold>).",
        why=(
            "At 4 KiB a series, what Prometheus 3 takes with churn, half a million fill the 2 GiB it asks for; raise "
            "the option with its memory."
        ),
        option="series_limit",
    ),
)
