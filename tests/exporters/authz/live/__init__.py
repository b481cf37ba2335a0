"""The alerts of AuthZ and of the gateway, each under a real fault: from a real Envoy to a receiver."""
