"""Prints every event of a Kubernetes cluster once, as a line of JSON, for the log pipeline to read."""
