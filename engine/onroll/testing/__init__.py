"""For plug-in authors: the contract suites that every kind must pass, and the sandbox API."""
