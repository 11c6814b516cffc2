"""How well and how fast `search` finds, on invented registers of any size, beside its peers."""
