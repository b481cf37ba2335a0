"""Alerts under real faults: what every stage shares."""
