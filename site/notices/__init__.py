"""Announcements, typical cases and policy: written at the desk, published by a second person."""
