"""The alerts on MySQL, under real faults of MariaDB."""
