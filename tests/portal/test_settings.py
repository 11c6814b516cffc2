import stat
from pathlib import Path

import pytest

from portal.settings import SettingsError, load_settings


def test_the_first_run_writes_a_secret_only_its_owner_can_read(tmp_path: Path) -> None:
    environ = {"MINGDAN_INSTANCE": str(tmp_path)}
    first, second = load_settings(environ), load_settings(environ)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 48
    assert stat.S_IMODE((tmp_path / "mingdan.env").stat().st_mode) == 0o600


def test_two_instances_have_two_secrets(tmp_path: Path) -> None:
    one = load_settings({"MINGDAN_INSTANCE": str(tmp_path / "one")})
    other = load_settings({"MINGDAN_INSTANCE": str(tmp_path / "other")})
    assert one.secret_key != other.secret_key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MINGDAN_SECRET_KEY", "short"),
        ("MINGDAN_AREA", "Quanzhou"),
        ("MINGDAN_TRUSTED_PROXIES", "-1"),
        ("MINGDAN_BASE_URL", "mingdan.example"),
        ("MINGDAN_TRUSTED_PROXIES", "²"),
        ("MINGDAN_BASE_URL", "http://["),
        ("MINGDAN_SMTP_URL", "smtp://127.0.0.1:abc"),
        ("MINGDAN_READ_LIMIT", "viel"),
        ("MINGDAN_REDIS_URL", "http://x"),
        ("MINGDAN_DATABASE_URL", "mysql://x/y"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({"MINGDAN_INSTANCE": str(tmp_path), name: value})


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    environ = {"MINGDAN_INSTANCE": str(tmp_path), "MINGDAN_AREA": "1", "MINGDAN_BASE_URL": "x"}
    with pytest.raises(SettingsError) as fault:
        load_settings(environ)
    assert len(str(fault.value).splitlines()) == 2


def test_several_processes_need_redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    with pytest.raises(SettingsError, match="MINGDAN_REDIS_URL"):
        load_settings({"MINGDAN_INSTANCE": str(tmp_path)})
