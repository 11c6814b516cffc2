"""Sixty sentences as parents say them, five per choice: the words of the form must lead there.

`choice` and `category` are the path meant; `first` and `second` the categories that two readers
reached who knew only the sentence and the form's words.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from departments.routing import UNKNOWN_KIND, filled_roles, resolve
from portal.database import db
from reports.choices import CHOICES, choice_named

with (Path(__file__).parents[1] / "data" / "tip-sentences.csv").open(encoding="utf-8") as _file:
    SENTENCES = list(csv.DictReader(_file))


def test_there_are_five_for_each_choice() -> None:
    assert Counter(row["choice"] for row in SENTENCES) == {choice.slug: 5 for choice in CHOICES}


def test_the_path_taken_ends_at_the_lead_that_is_right(demo: Flask) -> None:
    filled = filled_roles(db.session, "359901")
    for row in SENTENCES:
        choice = choice_named(row["choice"])
        assert choice is not None
        assert row["category"] in choice.categories, row["sentence"]
        route = resolve(db.session, row["category"], UNKNOWN_KIND, "359901")
        assert route.lead is filled[row["lead"]], row["sentence"]


@pytest.mark.parametrize("reader", ["first", "second"])
def test_whoever_knows_only_the_sentence_reaches_the_lead(demo: Flask, reader: str) -> None:
    filled = filled_roles(db.session, "359901")
    reached = [
        row
        for row in SENTENCES
        if resolve(db.session, row[reader], UNKNOWN_KIND, "359901").lead is filled[row["lead"]]
    ]
    assert len(reached) >= 57
