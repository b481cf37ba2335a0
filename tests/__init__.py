"""Everything that proves the bundle, from one unit to a whole cluster."""
