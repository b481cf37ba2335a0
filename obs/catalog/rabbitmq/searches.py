"""What people ask of RabbitMQ's log."""

from obs.model.search import Board, Chart, Search

FAILED = "event.module: rabbitmq and log.level: (error or fatal)"
ALARM = 'event.module: rabbitmq and message: ("resource limit alarm" or "alarm set")'
CLOSED = 'event.module: rabbitmq and message: ("closing AMQP connection" or "missed heartbeats")'

BOARD = Board(
    name="rabbitmq",
    title="RabbitMQ log",
    help="Alarms, connections that broke, logins that were refused, and crashes.",
    query="event.module: rabbitmq",
    formats=("rabbitmq",),
    component="rabbitmq",
    controls=("kubernetes.pod.name", "log.level"),
    charts=(
        Chart(name="by-level", title="Lines by level", help="Errors are connections and crashes.", by=("log.level",)),
        Chart(name="closed", title="Connections that broke", help="By node.", query=CLOSED, by=("kubernetes.pod.name",)),
    ),
    searches=(
        Search(
            name="alarms",
            title="RabbitMQ: alarms",
            help="Memory or disk ran short: every publisher is blocked until it is over.",
            query=ALARM,
            columns=("log.level", "kubernetes.pod.name", "message"),
            alerts=("RabbitmqMemoryAlarm", "RabbitmqDiskAlarm", "RabbitmqDescriptorAlarm"),
        ),
        Search(
            name="connections",
            title="RabbitMQ: connections that broke",
            help="Closed by the other side, or without a heartbeat.",
            query=CLOSED,
            columns=("log.level", "kubernetes.pod.name", "message"),
            alerts=("RabbitmqConnectionChurn",),
        ),
        Search(
            name="logins-refused",
            title="RabbitMQ: logins refused",
            help="Wrong password, or a user who may not connect from there.",
            query='event.module: rabbitmq and message: ("invalid credentials" or "access refused" or "ACCESS_REFUSED")',
            columns=("log.level", "kubernetes.pod.name", "message"),
            alerts=("RabbitmqLoginFailures",),
        ),
        Search(
            name="errors",
            title="RabbitMQ: errors",
            help="Crash reports included, each one document.",
            query=FAILED,
            columns=("log.level", "kubernetes.pod.name", "message"),
        ),
    ),
    shown=("errors",),
)
