import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.codes import ALPHABET, grouped, is_well_formed, new_code, normalised, with_check

bodies = st.text(ALPHABET, min_size=11, max_size=11)


@given(bodies, st.data())
def test_one_wrong_character_is_found(body: str, data: st.DataObject) -> None:
    code = with_check(body)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(code[place], "")))
    assert is_well_formed(code, 12)
    assert not is_well_formed(code[:place] + other + code[place + 1 :], 12)


def test_nearly_every_swap_of_neighbours_is_found() -> None:
    missed = total = 0
    for _ in range(500):
        code = new_code(12)
        for i in range(11):
            if code[i] != code[i + 1]:
                total += 1
                swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
                missed += is_well_formed(swapped, 12)
    assert missed / total < 0.01


@pytest.mark.parametrize("typed", ["abcd-efgh", " ABCD EFGH ", "ABCD—EFGH", "abcdefgh"])
def test_case_and_gaps_do_not_matter(typed: str) -> None:
    assert normalised(typed) == "ABCDEFGH"


def test_look_alikes_are_read_as_digits() -> None:
    assert normalised("oil-OIL") == "011011"


def test_codes_do_not_repeat() -> None:
    assert len({new_code(12) for _ in range(5000)}) == 5000


def test_groups_of_four() -> None:
    assert grouped("ABCDEFGHJ") == ["ABCD", "EFGH", "J"]
