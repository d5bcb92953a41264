"""What `docs/generate.py` is made of: readers of the program, and the pages they fill."""
