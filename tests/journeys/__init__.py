"""Journeys through the product as a person makes them, end to end."""
