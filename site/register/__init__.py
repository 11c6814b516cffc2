"""Institutions, premises, standings, editions: what is published, and as of when. No page."""
