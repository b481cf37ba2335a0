"""The prober of AuthZ and the gateway's generated configuration, on a real Envoy."""
