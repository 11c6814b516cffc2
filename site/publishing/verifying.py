"""Walking the chain of an area's editions: signatures, hashes, files, and that none is missing."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.clock import china_day
from publishing.editions import sha256
from publishing.files import canonical
from publishing.signing import BadSignature, Key, KeyState, check_signature
from register.models import Edition, EditionFile


class Broken(Exception):
    """An edition is not what was published. Its text names the edition and what is wrong."""


def verify_area(session: Session, area_code: str, keys: dict[str, Key]) -> list[str]:
    """Return the hashes of the area's manifests, oldest first; raises Broken at the first fault."""
    hashes: list[str] = []
    editions = session.scalars(
        sa.select(Edition).filter_by(area_code=area_code).order_by(Edition.number)
    )
    for edition in editions:
        fault = next(_faults(session, edition, keys, hashes), None)
        if fault is not None:
            raise Broken(f"{area_code} 第 {edition.number} 期：{fault}")
        hashes.append(sha256(edition.manifest))
    return hashes


def _faults(
    session: Session, edition: Edition, keys: dict[str, Key], earlier: list[str]
) -> Iterator[str]:
    if edition.number != len(earlier) + 1:
        yield f"应是第 {len(earlier) + 1} 期，中间缺了一期。"
    try:
        said = json.loads(edition.manifest)
    except ValueError:
        said = None
    if not isinstance(said, dict) or canonical(said) != edition.manifest:
        yield "manifest.json 已被改动，不是规范的 JSON。"
        return
    yield from _signature_faults(edition, keys)
    if said.get("previous_sha256") != (earlier[-1] if earlier else None):
        yield "与上一期的指纹对不上，上一期或这一期被换过。"
    for name in ("area", "number", "as_of", "key_id"):
        if said.get(name) != _kept(edition, name):
            yield f"manifest.json 的 {name} 与数据库记的不一致。"
    yield from _file_faults(session, edition, said.get("files"))


def _signature_faults(edition: Edition, keys: dict[str, Key]) -> Iterator[str]:
    key = keys.get(edition.key_id)
    if key is None:
        yield f"没有编号为 {edition.key_id} 的公钥，无法验签。"
        return
    try:
        check_signature(key, edition.manifest, edition.signature)
    except BadSignature:
        yield "签名不对，manifest.json 或签名被换过。"
    revoked = key.state is KeyState.REVOKED and key.ended_on is not None
    if revoked and key.ended_on < china_day(edition.published_at):  # type: ignore[operator]
        yield f"用的是 {key.ended_on} 已吊销的公钥。"


def _file_faults(session: Session, edition: Edition, named: Any) -> Iterator[str]:
    files = dict(
        session.execute(
            sa.select(EditionFile.name, EditionFile.sha256).filter_by(edition_id=edition.id)
        ).all()
    )
    if files != named:
        yield "文件与 manifest.json 写的不一致。"
    for name, digest in files.items():
        content = session.scalar(
            sa.select(EditionFile.content).filter_by(edition_id=edition.id, name=name)
        )
        if content is None or sha256(content) != digest:
            yield f"{name} 已被改动。"


def _kept(edition: Edition, name: str) -> object:
    kept = {
        "area": edition.area_code,
        "number": edition.number,
        "as_of": edition.as_of.isoformat(),
        "key_id": edition.key_id,
    }
    return kept[name]
