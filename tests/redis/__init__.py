"""What the catalogue knows of Redis, held against a real Redis and its exporter."""
