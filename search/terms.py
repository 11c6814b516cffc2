"""The terms a text is indexed under; their lengths tell the sorts apart, from 1 to 4.

Those of `lookalike` begin with a space, which none of these does.
"""

from itertools import pairwise

CODE_PART = 4  # the shortest part of a code that finds it


def text_terms(run: str) -> set[str]:
    """Return every character and every pair of neighbours in one folded run of text."""
    return {*run, *map("".join, pairwise(run))}


def near_pairs(run: str) -> list[str]:
    """Return the pairs with one character left out between them, as "晨 湾" of 晨曦湾."""
    return [f"{first} {second}" for first, second in zip(run, run[2:], strict=False)]


def code_terms(code: str) -> set[str]:
    """Return every four neighbouring characters of one folded code."""
    return {code[i : i + CODE_PART] for i in range(len(code) - CODE_PART + 1)}
