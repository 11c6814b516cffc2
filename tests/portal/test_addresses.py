"""Addresses that templates ask for: found once, and right below whatever path the site stands."""

from flask import Flask

from portal.templating import address


def test_addresses_follow_the_path_the_site_is_mounted_at(app: Flask) -> None:
    """Also with a space or Chinese in it; and a path that only one request names is not kept."""
    for root in ("/明单", "", "/mingdan", "/a b", "/明单"):
        with app.test_request_context("/", base_url="http://localhost", environ_overrides={
            "SCRIPT_NAME": root.encode().decode("latin-1"),
        }):  # fmt: skip
            assert address("lookup.home") == f"{root}/"
            assert address("portal.about") == f"{root}/about"
            assert address("static", filename="mingdan.css").startswith(
                f"{root}/static/mingdan.css?v="
            )
            assert address("lookup.lists", standing="white") == f"{root}/lists/white"
    assert len(app.extensions["addresses"]) == 3
