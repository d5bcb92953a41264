"""Authentication methods, one small file per kind, and the session that shares their tokens."""
