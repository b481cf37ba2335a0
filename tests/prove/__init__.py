"""The closed loop: real Prometheus and Alertmanager watch the simulated platform."""
