"""Measurements, run by hand: how good and how fast. Never imported by the site."""
