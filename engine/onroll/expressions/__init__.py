"""The four small ideas of the definition language: path, locator, condition, reference."""
