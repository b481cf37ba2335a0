"""The real tools the tests talk to: how they are had, and how they are started and stopped."""
