import pytest

from accounts.keys import new_private_key
from reports.sealing import (
    FROM_REPORTER,
    TO_REPORTER,
    CannotOpen,
    new_content_key,
    seal,
    seal_file,
    unseal,
    unseal_file,
    unwrap,
    unwrap_for_reporter,
    wrap,
    wrap_for_reporter,
)

CONTENT = {"text": "前台让我把学费转到个人微信", "place_name": "", "place_address": "学府路1号"}
KEY = new_content_key()


def test_only_the_readers_can_open() -> None:
    (mine, my_public), (theirs, _) = new_private_key(), new_private_key()
    wrapped = wrap(KEY, my_public, "N1", 7)
    assert unwrap(wrapped, mine, "N1", 7) == KEY
    with pytest.raises(CannotOpen):
        unwrap(wrapped, theirs, "N1", 7)


@pytest.mark.parametrize(("number", "department"), [("N2", 7), ("N1", 8)])
def test_a_key_opens_only_as_what_it_is(number: str, department: int) -> None:
    private, public = new_private_key()
    with pytest.raises(CannotOpen):
        unwrap(wrap(KEY, public, "N1", 7), private, number, department)


def test_the_receipt_opens_and_no_other() -> None:
    wrapped = wrap_for_reporter(KEY, "4K7MABCD", "N1")
    assert unwrap_for_reporter(wrapped, "4K7MABCD", "N1") == KEY
    for receipt, number in (("4K7MABCE", "N1"), ("4K7MABCD", "N2")):
        with pytest.raises(CannotOpen):
            unwrap_for_reporter(wrapped, receipt, number)


def test_words_open_only_as_the_part_they_are() -> None:
    sealed = seal(KEY, CONTENT, "N1", TO_REPORTER)
    assert unseal(KEY, sealed, "N1", TO_REPORTER) == CONTENT
    for number, part in (("N2", TO_REPORTER), ("N1", FROM_REPORTER), ("N1", "")):
        with pytest.raises(CannotOpen):
            unseal(KEY, sealed, number, part)


def test_one_flipped_bit_is_noticed() -> None:
    sealed = seal(KEY, CONTENT, "N1")
    with pytest.raises(CannotOpen):
        unseal(KEY, sealed[:-1] + bytes([sealed[-1] ^ 1]), "N1")


def test_the_size_tells_little() -> None:
    assert len({len(seal(KEY, {"text": "字" * n}, "N1")) for n in range(1, 300, 20)}) == 1
    assert len({len(seal_file(KEY, bytes(n), "N1")) for n in range(1, 60_000, 9_999)}) == 1


@pytest.mark.parametrize("size", [0, 1, 65_528, 65_529, 200_000])
def test_a_file_comes_back_as_it_was(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert unseal_file(KEY, seal_file(KEY, data[:size], "N1"), "N1") == data[:size]
