"""Stable stand-ins for people's data: the same value gets the same fake, of the same shape."""
