"""The database exporter on MySQL and MariaDB."""
