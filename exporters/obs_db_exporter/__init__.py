"""Health of MySQL, MariaDB and PostgreSQL nodes as Prometheus metrics, one target per configured node."""
