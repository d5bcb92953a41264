"""From what an API shows to a definition: guesses, each with its evidence. Nothing is sent here."""
