"""Whether Redis is slow: it does one thing at a time, so that one slow command makes all wait."""

from obs.catalog.redis.queries import NODE, rate
from obs.model.signal import Signal

SPEED = (
    Signal(
        name="command_time",
        title="Time of a command",
        help="Mean time Redis works on one command. Tens of microseconds are ordinary.",
        unit="seconds",
        query=(
            f"{rate('redis_commands_duration_seconds_total', NODE)}\n"
            f"/ ({rate('redis_commands_total', NODE)} > 0)"
        ),
    ),
    Signal(
        name="time_by_command",
        title="Where the time goes",
        help="Seconds per second that each command takes of the one thread there is.",
        unit="cores",
        query=rate("redis_commands_duration_seconds_total", "<group>, cmd"),
        legend="{{cmd}}",
    ),
    Signal(
        name="slow_commands",
        title="Slow commands",
        help="Entries the slow log gets per second: commands above slowlog-log-slower-than, 10 ms unless set.",
        unit="per_second",
        query=rate("redis_slowlog_last_id", NODE),
    ),
    Signal(
        name="busy",
        title="CPU used",
        help="Commands run in one thread: near 1 it can do no more, however many CPUs there are.",
        unit="cores",
        query=f"{rate('redis_cpu_user_seconds_total', NODE)}\n+ {rate('redis_cpu_sys_seconds_total', NODE)}",
    ),
    Signal(
        name="fork",
        title="Last fork",
        help="How long everything stood still when the last snapshot, rewrite or full synchronization began.",
        unit="seconds",
        query=f"max by ({NODE}) (redis_latest_fork_seconds{{<selector>}})",
    ),
    Signal(
        name="lag",
        title="Replica behind",
        help="Time since a replica last acknowledged what it got; a second is ordinary.",
        unit="seconds",
        query=f"max by ({NODE}) (redis_connected_slave_lag_seconds{{<selector>}})",
        empty="no replica",
    ),
    Signal(
        name="blocked",
        title="Clients that wait",
        help="Clients inside BRPOP and the like. Sidekiq's idle threads wait so: many are idle workers, none is no worker.",
        unit="count",
        query="sum by (<group>) (redis_blocked_clients{<selector>})",
        legend="waiting",
    ),
    Signal(
        name="jobs",
        title="Jobs waiting",
        help="Length of Sidekiq's queues, where the exporter is told to measure them.",
        unit="count",
        query='max by (<group>, key) (redis_key_size{<selector>, key=~"queue:.+"})',
        legend="{{key}}",
        empty="the exporter measures no queue",
    ),
)
