"""Prober of Barong's AuthZ endpoint: asks it what the gateway asks, and verifies what it answers."""
