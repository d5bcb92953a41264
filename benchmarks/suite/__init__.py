"""The benchmark suite: what is read, who reads it, how it is measured, and the tables of it."""
