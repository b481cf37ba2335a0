"""Tests of the door to jsonnet."""
