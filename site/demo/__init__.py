"""The invented district 云浦市临江区, fictional throughout: lists, departments, officers."""
