"""What is remembered between runs: links, runs, their items and journal, and who waits for what.

SQLite by default, PostgreSQL with the same code. Knows nothing of sources, rules or targets.
"""
