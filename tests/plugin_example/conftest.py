"""Leave this distribution to `tests/contract/test_example_plugin.py`, which installs it first."""

collect_ignore = ["tests"]
