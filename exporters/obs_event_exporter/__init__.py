"""Exporter of the event bus: what waits in its queues, for how long, who consumes it, and what gets lost."""
