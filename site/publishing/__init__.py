"""From an officer's sheet to a signed edition: read, check, difference, publish."""
