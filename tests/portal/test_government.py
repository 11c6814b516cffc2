"""The dress of a government site: off until configured, and then complete."""

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.app import create_app
from portal.settings import SettingsError
from tests.conftest import settings_in
from tests.pages import Page, PageClient

HOME = ["SiteName", "SiteDomain", "SiteIDCode"]
COLUMN = [*HOME, "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"]
ARTICLE = [*COLUMN, "ArticleTitle", "PubDate", "ContentSource"]
DRESS = {
    "site_id_code": "3599010001",
    "icp": "示例ICP备00000000号",
    "police_record": "示例公网安备00000000000000号",
    "find_fault_url": "https://zfwzzc.example/",
}


@pytest.fixture
def dressed(demo_folder: Path) -> Callable[..., PageClient]:
    def client(**changes: str) -> PageClient:
        return PageClient(create_app(settings_in(demo_folder, **changes)))

    return client


def tags(page: Page) -> dict[str, str]:
    metas = page.tree.xpath("//meta[@name]")
    return {m.get("name"): m.get("content") for m in metas if m.get("name")[0].isupper()}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/", HOME),
        ("/lists/white", COLUMN),
        ("/search", COLUMN),
        ("/about/lists", COLUMN),
        ("/editions/359901/1", ARTICLE),
    ],
)
def test_every_kind_of_page_has_its_tags(
    dressed: Callable[..., PageClient], path: str, names: list[str]
) -> None:
    found = tags(dressed(**DRESS).visit(path))
    assert list(found) == names
    assert all(found.values())
    assert found["SiteIDCode"] == DRESS["site_id_code"]
    if "PubDate" in found:
        date, time = found["PubDate"].split(" ")
        assert (len(date), len(time)) == (10, 5)
        assert found["ArticleTitle"] == "第1期名单"


def test_nothing_is_shown_that_is_not_configured(dressed: Callable[..., PageClient]) -> None:
    page = dressed().visit("/editions/359901/1")
    assert tags(page) == {}
    for word in ("备案", "网站标识码", "找错", "ICP", "公网安备"):
        assert word not in page.words


@pytest.mark.parametrize("name", DRESS)
def test_the_foot_shows_each_number_by_itself(
    dressed: Callable[..., PageClient], name: str
) -> None:
    page = dressed(**{name: DRESS[name]}).visit("/")
    foot = page.tree.xpath("//footer")[0]
    shown = foot.text_content() + " ".join(foot.xpath(".//@href"))
    assert [n for n in DRESS if DRESS[n] in shown] == [name]


def test_mourning_turns_the_page_grey_in_both_modes(dressed: Callable[..., PageClient]) -> None:
    client = dressed(mourning="1")
    assert client.visit("/").tree.get("class").split() == ["std", "mourning"]
    client.raw.set_cookie("mode", "elder")
    assert client.visit("/").tree.get("class") == "mourning"
    assert "mourning" not in str(dressed().visit("/").tree.get("class"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("site_id_code", "12345"), ("find_fault_url", "zfwzzc"), ("security_contact", "a@b.example")],
)
def test_a_wrong_number_is_refused(
    dressed: Callable[..., PageClient], name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=name.upper()):
        dressed(**{name: value})
