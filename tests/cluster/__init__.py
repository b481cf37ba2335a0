"""Tests that need a real kube-apiserver."""
