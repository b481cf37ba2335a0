"""Pieces of PromQL that the signals of Redis share."""

NODE = "<group>, instance"
PRIMARY = 'redis_instance_info{<selector>, role="master"}'
"""Instances that take writes: what fails at a replica is not yet felt by anybody."""


def rate(metric: str, by: str = "<group>") -> str:
    """What a counter grows by per second."""
    return f"sum by ({by}) (rate({metric}{{<selector>}}[<window>]))"


LOOKUPS = f"{rate('redis_keyspace_hits_total')}\n+ {rate('redis_keyspace_misses_total')}"


def errors(words: str) -> str:
    """Errors answered per second, by their first word."""
    return f'sum by (<group>, err) (rate(redis_errors_total{{<selector>, err=~"{words}"}}[<window>]))'


def biggest(keys: str) -> str:
    """Keys of all databases; a replica has the primary's, so the instance with the most speaks for all."""
    return f"max by (<group>) (sum by ({NODE}) ({keys}))"


def share(used: str, limit: str) -> str:
    """Of a limit, as far as there is one."""
    return f"max by ({NODE}) ({used}{{<selector>}})\n/ (max by ({NODE}) ({limit}{{<selector>}}) > 0)"
