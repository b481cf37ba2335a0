"""The exporters, on real servers and under fault."""
