"""The shell: factory, settings, database session, limits, errors, pages without data."""
