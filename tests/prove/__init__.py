"""The proof on real engines."""
