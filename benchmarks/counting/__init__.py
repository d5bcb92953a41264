"""Instructions that onroll takes: the programs, how they are counted, and the figures of it."""
