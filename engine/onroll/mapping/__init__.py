"""Records → users: values compiled once per definition, then pure functions per record."""
