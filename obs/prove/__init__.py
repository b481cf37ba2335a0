"""The closed loop: a simulated platform for real engines to watch."""
