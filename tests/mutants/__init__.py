"""Mutation tests of the rules: `python -m tests.mutants` changes one detail at a time and asks the tests."""
