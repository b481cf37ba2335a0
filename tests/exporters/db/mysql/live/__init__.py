"""The alerts on MySQL, under real faults of a server."""
