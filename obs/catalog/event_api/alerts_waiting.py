"""What pages and what makes a ticket on the event bus: age, backlog and change."""

from obs.model.alert import Alert

_TAPPED = "sum by (<group>, exchange) (rate(event_tap_age_seconds_count{<selector>}[<window>])) > 0.05"

SLOW = (
    Alert(
        name="EventApiMailAging",
        signal="mail_age",
        is_=">",
        threshold=30,
        hold="1m",
        severity="warning",
        triage="slow",
        summary="Mail events wait longer than half their life.",
        description=(
            "The oldest event in {{ $labels.queue }} is {{ $value | humanizeDuration }} old (limit <threshold>)."
        ),
        why="Half of the 60 s that Peatio's event tokens live.",
    ),
    Alert(
        name="EventApiMailExpired",
        signal="mail_age",
        is_=">",
        threshold=60,
        option="event_lifetime",
        hold="1m",
        severity="critical",
        triage="slow",
        summary="Mail events expire before they are read.",
        description=(
            "The oldest event in {{ $labels.queue }} is {{ $value | humanizeDuration }} old; after <threshold> it is "
            "dropped."
        ),
        why="Peatio's event tokens live 60 s and the mailer drops expired ones silently, even after it has recovered.",
    ),
    Alert(
        name="EventApiTradingLag",
        signal="trading_age",
        is_=">",
        threshold=30,
        hold="2m",
        severity="critical",
        triage="slow",
        summary="Orders or trades wait.",
        description=(
            "The oldest message in {{ $labels.queue }} is {{ $value | humanizeDuration }} old (limit <threshold>)."
        ),
        why=(
            "Orders are matched within a second on an ordinary day; after half a minute traders act on a wrong "
            "picture."
        ),
    ),
    Alert(
        name="EventApiMoneyStuck",
        signal="money_age",
        is_=">",
        threshold=300,
        hold="5m",
        severity="critical",
        triage="slow",
        summary="Withdrawals or deposit addresses wait.",
        description=(
            "The oldest message in {{ $labels.queue }} is {{ $value | humanizeDuration }} old (limit <threshold>)."
        ),
        why="A wallet call takes seconds, a slow node a minute; five minutes are a daemon or a node that hangs.",
    ),
    Alert(
        name="EventApiQueueStalled",
        signal="stalled",
        is_=">",
        threshold=120,
        hold="3m",
        severity="warning",
        triage="slow",
        summary="A queue stands still although messages wait.",
        description="{{ $labels.queue }} has not moved for {{ $value | humanizeDuration }} (limit <threshold>).",
        why="Two minutes without one acknowledgement: consumers are gone, hang, or hold all they may prefetch.",
    ),
    Alert(
        name="EventApiEventsLate",
        signal="event_age",
        is_=">",
        threshold=30,
        hold="5m",
        severity="warning",
        triage="slow",
        summary="Events reach the broker late.",
        description=(
            "One in a hundred events of {{ $labels.exchange }} arrives {{ $value | humanizeDuration }} old (limit "
            "<threshold>)."
        ),
        why="Half of an event's 60 s is gone before any consumer sees it: a slow publisher or a clock that is off.",
        guard=_TAPPED,
        guard_on="<group>, exchange",
    ),
)

FULL = (
    Alert(
        name="EventApiTradingBacklog",
        signal="trading_ready",
        is_=">",
        threshold=10000,
        option="trading_backlog_limit",
        hold="5m",
        severity="warning",
        triage="full",
        summary="Orders or trades pile up.",
        description="{{ $value | humanize }} messages wait in {{ $labels.queue }} (limit <threshold>).",
        why=(
            "A tenth of what Peatio's stress test left after 25 minutes (openware/peatio issue 1327): it does not "
            "catch up."
        ),
    ),
    Alert(
        name="EventApiUnackedHigh",
        signal="unacked",
        is_=">",
        threshold=500,
        hold="10m",
        severity="warning",
        triage="full",
        summary="Consumers hold many messages and do not finish them.",
        description="Consumers of {{ $labels.queue }} hold {{ $value | humanize }} messages (limit <threshold>).",
        why=(
            "Order and trade daemons prefetch five each: hundreds held are a consumer without a limit that does not "
            "keep up."
        ),
    ),
    Alert(
        name="EventApiRetryGrowing",
        signal="retry_ready",
        is_=">",
        threshold=10,
        hold="10m",
        severity="warning",
        triage="full",
        summary="Mails fail and wait for a retry.",
        description="{{ $value | humanize }} mails wait in {{ $labels.queue }} (limit <threshold>).",
        why="A message stays there 120 s: ten at a time, for ten minutes, are mails that fail each time.",
    ),
    Alert(
        name="EventApiSeriesDropped",
        signal="dropped_series",
        is_=">",
        threshold=0,
        hold="15m",
        severity="warning",
        triage="full",
        summary="The event exporter leaves queues out.",
        description="{{ $value | humanize }} series of {{ $labels.family }} are beyond the exporter's limit.",
        why="Queues beyond the limit are watched by nobody; random names belong into a group.",
    ),
)

CHANGES = (
    Alert(
        name="EventApiMatchingRestarted",
        signal="resumed",
        is_="<",
        threshold=1800,
        hold="1m",
        severity="warning",
        triage="changed",
        summary="A daemon that empties its queue at start was restarted.",
        description=(
            "{{ $labels.queue }} is consumed again since {{ $value | humanizeDuration }}; what was queued before is "
            "gone."
        ),
        why="Cancels queued during the restart are lost (openware/peatio issue 2843); half an hour to look for them.",
    ),
    Alert(
        name="EventApiExpiryMarginShort",
        signal="expiry_margin",
        is_="<",
        threshold=30,
        hold="5m",
        severity="warning",
        triage="changed",
        summary="Events arrive with little time left.",
        description=(
            "Events of {{ $labels.exchange }} arrive {{ $value | humanizeDuration }} before they expire (alert below "
            "<threshold>)."
        ),
        why="Half of the 60 s that Peatio's event tokens live.",
    ),
)
