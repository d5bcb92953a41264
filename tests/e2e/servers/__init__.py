"""Real servers that nobody here wrote, each installed, started, filled and stopped by one module.

A server is a context manager: `with Redmine() as redmine: …`. Everything it needs and everything
it writes, logs included, lies in the cache folder (see `installation.cache_folder`).
`python -m tests.e2e.servers --help` installs or runs them by hand.
"""
