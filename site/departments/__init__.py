"""Departments, report categories, and routing: who handles what, by category, kind and area."""
