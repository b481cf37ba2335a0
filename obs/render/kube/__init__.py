"""Kubernetes objects of the stack: one module per program, and the parts they are built from."""
