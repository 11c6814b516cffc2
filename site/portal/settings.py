"""Settings: read once from the environment, checked, frozen, handed to the factory."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import limits
from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "MINGDAN_"
MAIL_FROM = "noreply@example.gov.cn"  # reserved: reaches nobody
OWN_FILE = "mingdan.env"  # in the instance folder: the secret of the first run, the demo's area


class SettingsError(ValueError):
    """A setting that cannot be used; the message is one sentence per fault."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one instance; a test holds docs/settings.md against these fields."""

    instance: Path
    database_url: str
    secret_key: str
    base_url: str
    area: str = ""
    authority: str = ""
    redis_url: str = ""
    smtp_url: str = ""
    mail_from: str = MAIL_FROM
    trusted_proxies: int = 0
    read_limit: str = ""
    demo: bool = False
    site_id_code: str = ""
    icp: str = ""
    police_record: str = ""
    find_fault_url: str = ""
    mourning: bool = False
    security_contact: str = ""


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings: environment first, then `.env`, then the instance's own file.

    Raises SettingsError naming every fault found.
    """
    outer = _known(dotenv_values(ROOT / ".env")) | _known(environ)
    instance = Path(outer.get("instance") or ROOT / "instance").expanduser().absolute()
    values = _known(dotenv_values(instance / OWN_FILE)) | outer
    if not values.get("secret_key"):
        values["secret_key"] = remember(instance, "MINGDAN_SECRET_KEY", secrets.token_urlsafe(48))
    faults = _faults(values)
    if faults:
        raise SettingsError("\n".join(faults))
    return Settings(
        instance=instance,
        database_url=values.get("database_url") or f"sqlite:///{instance / 'mingdan.sqlite'}",
        secret_key=values["secret_key"],
        base_url=(values.get("base_url") or "http://127.0.0.1:8000").rstrip("/"),
        area=values.get("area", ""),
        authority=values.get("authority", ""),
        redis_url=values.get("redis_url", ""),
        smtp_url=values.get("smtp_url", ""),
        mail_from=values.get("mail_from") or MAIL_FROM,
        trusted_proxies=int(values.get("trusted_proxies") or 0),
        read_limit=values.get("read_limit", ""),
        demo=values.get("demo") == "1",
        site_id_code=values.get("site_id_code", ""),
        icp=values.get("icp", ""),
        police_record=values.get("police_record", ""),
        find_fault_url=values.get("find_fault_url", ""),
        mourning=values.get("mourning") == "1",
        security_contact=values.get("security_contact", ""),
    )


def remember(instance: Path, name: str, value: str) -> str:
    """Write a setting into the instance's own file, for its owner's eyes; return the value."""
    instance.mkdir(parents=True, exist_ok=True)
    path = instance / OWN_FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(f"{name}='{value}'\n")
    return value


def _known(values: Mapping[str, str | None]) -> dict[str, str]:
    fields = Settings.__dataclass_fields__
    return {
        name: value.strip()
        for key, value in values.items()
        if value is not None
        and key.startswith(PREFIX)
        and (name := key.removeprefix(PREFIX).lower()) in fields
    }


def _faults(values: Mapping[str, str]) -> list[str]:
    faults = []
    if len(values["secret_key"]) < 32:
        faults.append("MINGDAN_SECRET_KEY 太短：至少 32 个字符。")
    proxies = values.get("trusted_proxies") or "0"
    if not (proxies.isascii() and proxies.isdecimal() and len(proxies) < 3):
        faults.append("MINGDAN_TRUSTED_PROXIES 应是站点前面代理的层数，例如 0 或 1。")
    if values.get("read_limit") and not _is_limit(values["read_limit"]):
        faults.append("MINGDAN_READ_LIMIT 看不懂，写法例如 600/5 minutes。")
    area = values.get("area", "")
    if area and not (len(area) == 6 and area.isdigit()):
        faults.append("MINGDAN_AREA 应是 6 位行政区划代码，例如 350502。")
    site_id_code = values.get("site_id_code", "")
    if site_id_code and not (len(site_id_code) == 10 and site_id_code.isdigit()):
        faults.append("MINGDAN_SITE_ID_CODE 应是 10 位网站标识码，例如 3505020001。")
    for name, schemes in _SCHEMES.items():
        if values.get(name) and not _is_address(values[name], schemes):
            faults.append(f"{PREFIX}{name.upper()} 不是可用的地址，应以 {schemes[0]}: 开头。")
    if (os.environ.get("WEB_CONCURRENCY") or "1") != "1" and not values.get("redis_url"):
        faults.append("WEB_CONCURRENCY 大于 1 时必须设置 MINGDAN_REDIS_URL：各进程要共用限流计数。")
    return faults


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        url = urlsplit(value)
        port = url.port  # raises where it is no number
    except ValueError:
        return False
    return url.scheme in schemes and bool(url.netloc or url.path.strip("/")) and port != 0


def _is_limit(value: str) -> bool:
    try:
        return bool(limits.parse_many(value))
    except ValueError:
        return False


_SCHEMES = {
    "base_url": ("https", "http"),
    "find_fault_url": ("https", "http"),
    "security_contact": ("mailto", "https", "tel"),
    "redis_url": ("redis", "rediss"),
    "smtp_url": ("smtp", "smtps"),
    "database_url": ("sqlite", "postgresql", "postgresql+psycopg"),
}
