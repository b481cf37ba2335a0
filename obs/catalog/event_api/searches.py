"""What people ask about the Event API: events that were not sent, not understood, or arrived too late."""

from obs.model.search import Board, Chart, Search

BAD = "log.level: (warn or error or fatal)"
NOT_SENT = (
    'message: ("Failed to publish" or "AMQP connection" or "AMQP Stream loop interrupted" or "AMQP Failed to connect" '
    'or "Could not connect to amqp" or "Exception in the reader loop")'
)
DROPPED = 'message: "ExpiredSignature" or message: "VerificationError" or message: "Signature has expired"'
MAIL = 'message: "is not supported. Skipping" or message: "Net SMTP" or message: "email language"'
BROKEN = f"event.module: (barong or peatio or rango) and {BAD} and {NOT_SENT}"
LOST = f"event.module: (barong or peatio or rango) and {BAD} and ({DROPPED})"

BOARD = Board(
    name="event-api",
    title="Event API in the logs",
    help="Events nobody received: connections lost, signatures expired, mails skipped.",
    query="event.module: (barong or peatio or rango)",
    formats=("barong", "peatio", "rango"),
    component="event_api",
    controls=("service.name",),
    charts=(
        Chart(
            name="broken",
            title="Failures of the message bus",
            help="Publishers and consumers that lost RabbitMQ.",
            query=BROKEN,
            by=("service.name",),
        ),
        Chart(
            name="dropped",
            title="Events dropped as expired or forged",
            help="Tokens of the Event API live for a minute: a backlog older than that is lost mail.",
            query=LOST,
            by=("service.name",),
        ),
    ),
    searches=(
        Search(
            name="connection",
            title="Event API: message bus lost",
            help="Lines about AMQP of level warn and above.",
            query=BROKEN,
            columns=("service.name", "log.level", "log.logger", "message"),
            alerts=("EventApiConsumerMissing", "EventApiPublishingStopped"),
            scope=(),
        ),
        Search(
            name="mails",
            title="Event API: mails that were not sent",
            help="Languages without a template, mail servers that refuse, tokens that expired while waiting.",
            query=f"event.module: barong and {BAD} and ({MAIL} or {DROPPED})",
            columns=("service.name", "log.level", "message"),
            alerts=("EventApiMailAging", "EventApiMailExpired", "EventApiMailBudgetBurn", "EventApiRetryGrowing", "EventApiSignatureFailures"),
            scope=(),
        ),
    ),
    shown=("connection",),
)
