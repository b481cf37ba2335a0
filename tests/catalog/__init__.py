"""Tests over every component of the catalogue."""
