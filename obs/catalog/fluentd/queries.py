"""Pieces of PromQL and plugin ids the signals of the pipeline share."""

PIPE = "<group>, instance"
OUTPUT = "<group>, instance, plugin_id"
ONWARDS = "out_elasticsearch|out_forward"
"""Where lines leave a Fluentd: to Elasticsearch, or from a node to the aggregators."""
DEAD = "out_dead_letters"
"""Every record the label @ERROR takes, in a file."""
LINES = 'rate(fluentd_output_status_emit_records{<selector>, plugin_id=~"<plugins>"}[<window>])'
