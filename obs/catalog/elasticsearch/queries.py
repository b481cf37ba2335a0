"""Pieces of PromQL that the signals of Elasticsearch share."""

NODE = "<group>, name"
"""The exporter speaks for all nodes: a node is told by its name, not by the scraped instance."""

AVAILABLE = "elasticsearch_filesystem_data_available_bytes{<selector>}"
SIZE = "elasticsearch_filesystem_data_size_bytes{<selector>}"


def of_cluster(metric: str) -> str:
    """A number of the whole cluster, the same whoever is asked."""
    return f"max by (<group>) (elasticsearch_{metric}{{<selector>}})"


def colour(metric: str) -> str:
    """0 while it is green, 1 yellow, 2 red."""
    yellow, red = (f'max by (<group>) (elasticsearch_{metric}{{<selector>, color="{c}"}})' for c in ("yellow", "red"))
    return f"{yellow}\n+ 2 * {red}"


def rate(metric: str, by: str = NODE, more: str = "") -> str:
    """What a counter grows by per second."""
    return f"sum by ({by}) (rate(elasticsearch_{metric}{{<selector>{more}}}[<window>]))"


def mean(seconds: str, count: str) -> str:
    """Seconds of one, of those there were."""
    return f"{rate(seconds)}\n/ ({rate(count)} > 0)"


def room(free: str) -> str:
    """Free space over what the flood stage leaves, wherever the setting is a share; else over its bytes."""
    share = "max by (<group>) (elasticsearch_clustersettings_allocation_watermark_flood_stage_ratio{<selector>})"
    kept = "max by (<group>) (elasticsearch_clustersettings_allocation_watermark_flood_stage_bytes{<selector>})"
    return (
        f"min by ({NODE}) ({free} / {SIZE})\n"
        f"/ on (<group>) group_left () (1 - {share} > 0)\n"
        f"or min by ({NODE}) ({free})\n"
        f"/ on (<group>) group_left () ({kept} > 0)"
    )
