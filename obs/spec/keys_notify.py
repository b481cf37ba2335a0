"""The part of the spec's table about receivers, routes and mute timings."""

from obs.model.alert import SEVERITIES
from obs.spec import texts
from obs.spec.defaults import NOTIFY
from obs.spec.kinds import Choice, Flag, Key, List, Name, Record, Tagged

RECEIVER_KINDS = ("pagerduty", "slack", "msteams", "email", "webhook", "telegram")
_HOLDS = "Key of the Alertmanager secret that holds the {}."


def _secret(held: str, otherwise: str = "the receiver's name") -> Key:
    return Key("secret", texts.SECRET_KEY, _HOLDS.format(held), otherwise=otherwise, guesses=_VALUES)


_VALUES = ("url", "webhook_url", "api_url", "token", "routing_key", "service_key", "password", "bot_token")

_RECEIVER = Tagged(
    "type",
    Record(
        "`notify.receivers`",
        (
            Key("name", texts.NAME, "Its name, unique among receivers.", required=True),
            Key("type", Choice(RECEIVER_KINDS), "How it is reached.", required=True, guesses=("kind",)),
            Key("send_resolved", Flag(), "Whether it hears when an alert ends.", default=True),
        ),
    ),
    {
        "pagerduty": (_secret("routing key of Events API v2"),),
        "slack": (
            _secret("webhook URL"),
            Key("channel", texts.CHANNEL, "Channel, in quotes.", otherwise="the webhook's own", guesses=("to",)),
        ),
        "msteams": (_secret("workflow URL"),),
        "email": (
            Key(
                "to", List(texts.EMAIL, one=True, least=1), "Addresses.", required=True, guesses=("channel", "address")
            ),
            _secret("SMTP password", otherwise="the receiver's name when `smtp.user` is set"),
        ),
        "webhook": (_secret("URL"),),
        "telegram": (
            _secret("bot token"),
            Key("chat", texts.CHAT, "Chat id.", required=True, guesses=("channel", "chat_id")),
        ),
    },
)

_ROUTE = Record(
    "`notify.routes`",
    (
        Key(
            "receivers",
            List(Name("receiver"), one=True, least=1),
            "Who is told.",
            required=True,
            guesses=("receiver", "to"),
        ),
        Key("severity", List(Choice(SEVERITIES), one=True, least=1), "Alerts of these severities.", otherwise="any"),
        Key(
            "component",
            List(Name("platform component"), one=True, least=1),
            "Alerts of these components.",
            otherwise="any",
        ),
        Key("team", List(Name("team"), one=True, least=1), "Alerts of these teams.", otherwise="any"),
        Key("alert", List(Name("alert"), one=True, least=1), "These alerts.", otherwise="any", guesses=("alertname",)),
        Key(
            "mute",
            List(Name("mute timing"), one=True, least=1),
            "Mute timings during which the route is silent.",
            otherwise="none",
        ),
        Key("repeat", texts.PERIOD, "Time until an alert that lasts is sent again.", otherwise="`notify.repeat`"),
        Key("continue", Flag(), "Whether the routes below are tried, too.", default=False, guesses=("carry_on",)),
    ),
)

_MUTE_TIMING = Record(
    "`notify.mute_timings`",
    (
        Key("name", texts.NAME, "Its name, unique among mute timings.", required=True),
        Key("weekdays", List(texts.WEEKDAYS, one=True, least=1), "Days of the week.", otherwise="every day"),
        Key("times", List(texts.TIMES, one=True, least=1), "Times of the day.", otherwise="all day"),
        Key("days_of_month", List(texts.MONTH_DAYS, one=True, least=1), "Days of the month.", otherwise="every day"),
        Key("months", List(texts.MONTHS, one=True, least=1), "Months.", otherwise="every month"),
        Key("location", texts.LOCATION, "Time zone.", default="UTC", guesses=("timezone",)),
    ),
)

_SMTP = Record(
    "`notify.smtp`",
    (
        Key("host", texts.HOST_PORT, "Mail server.", required=True, guesses=("smarthost", "server")),
        Key("from", texts.EMAIL, "Sender.", required=True),
        Key(
            "user", texts.USER, "User, when the server wants one.", otherwise="no authentication", guesses=("username",)
        ),
    ),
)

NOTIFY_RECORD = Record(
    "`notify`",
    (
        Key("receivers", List(_RECEIVER, least=1), "Notification channels.", required=True, guesses=("receiver",)),
        Key(
            "routes",
            List(_ROUTE),
            "Tried in order; the first that matches wins, unless it continues.",
            guesses=("route",),
        ),
        Key(
            "default",
            Name("receiver"),
            "Who is told of what no route claims.",
            otherwise="the first chat, else the first e-mail or webhook, else the first pager; never the heartbeat",
        ),
        Key("heartbeat", Name("receiver"), "Who hears the Watchdog, a dead-man's switch.", otherwise="nobody"),
        Key("mute_timings", List(_MUTE_TIMING), "Recurring times of silence.", guesses=("time_intervals",)),
        Key("group_wait", texts.DURATION, "Time to collect a group's first alerts.", default=NOTIFY.group_wait),
        Key("group_interval", texts.PERIOD, "Time between news of a group.", default=NOTIFY.group_interval),
        Key("repeat", texts.PERIOD, "Time until an alert that lasts is sent again.", default=NOTIFY.repeat),
        Key("smtp", _SMTP, "Mail server, for e-mail receivers."),
    ),
)
