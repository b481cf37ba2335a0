"""Tests of the logging half."""
