"""The alerts on PostgreSQL, under real faults."""
