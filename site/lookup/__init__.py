"""The public pages: home, search, lists, institution."""
