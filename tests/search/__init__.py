"""The search half of logging, held against real engines."""
