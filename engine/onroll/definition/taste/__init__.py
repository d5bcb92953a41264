"""What a definition had better say, beyond what makes it valid. Each finding is a warning."""
