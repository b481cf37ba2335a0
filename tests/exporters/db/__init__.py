"""obs_db_exporter against real PostgreSQL and MariaDB servers."""
