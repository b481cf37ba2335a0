"""Tests of the event tailer."""
