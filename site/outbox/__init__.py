"""Messages to the outside, written in the same transaction and delivered by the worker."""
