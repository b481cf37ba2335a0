"""Nouns of the generator: frozen dataclasses over the standard library, nothing else."""
