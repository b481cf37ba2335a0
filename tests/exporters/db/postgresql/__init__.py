"""The PostgreSQL half, against a real primary and its streaming standby."""
