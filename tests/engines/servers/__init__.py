"""Real servers that the exporters are tried on, each on loopback in a folder of its own."""
