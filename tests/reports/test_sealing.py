import pytest

from accounts.keys import new_private_key
from reports.sealing import CannotOpen, seal, unseal

CONTENT = {"text": "前台让我把学费转到个人微信", "place_name": "", "place_address": "学府路1号"}


def test_only_the_readers_can_open() -> None:
    (mine, my_public), (theirs, _) = new_private_key(), new_private_key()
    sealed = seal(CONTENT, "N1", {7: my_public})
    assert unseal(sealed.body, sealed.wraps[7], mine, "N1", 7) == CONTENT
    with pytest.raises(CannotOpen):
        unseal(sealed.body, sealed.wraps[7], theirs, "N1", 7)


@pytest.mark.parametrize(("number", "department"), [("N2", 7), ("N1", 8)])
def test_a_body_opens_only_as_the_report_it_is(number: str, department: int) -> None:
    private, public = new_private_key()
    sealed = seal(CONTENT, "N1", {7: public})
    with pytest.raises(CannotOpen):
        unseal(sealed.body, sealed.wraps[7], private, number, department)


def test_nothing_is_sealed_to_nobody() -> None:
    with pytest.raises(ValueError, match="nobody"):
        seal(CONTENT, "N1", {})


def test_one_flipped_bit_is_noticed() -> None:
    private, public = new_private_key()
    sealed = seal(CONTENT, "N1", {7: public})
    broken = sealed.body[:-1] + bytes([sealed.body[-1] ^ 1])
    with pytest.raises(CannotOpen):
        unseal(broken, sealed.wraps[7], private, "N1", 7)


def test_the_size_tells_little() -> None:
    _, public = new_private_key()
    sizes = {len(seal({"text": "字" * n}, "N1", {7: public}).body) for n in range(1, 300, 20)}
    assert len(sizes) == 1
