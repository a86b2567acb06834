"""How long a token lives that a test makes for somebody."""

ONE_DAY = 86_400
"""People who are made when the tests are collected outlast the slowest run."""
