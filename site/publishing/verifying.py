"""Walking the chain of an area's editions: signatures, hashes, files, and that none is missing."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from publishing.editions import sha256
from publishing.files import canonical
from publishing.signing import BadSignature, Key, KeyState, check_signature
from register.freshness import complete_as_of
from register.frozen import entries
from register.models import Edition, EditionFile


class Broken(Exception):
    """An edition is not what was published. Its text names the edition and what is wrong."""


def verify_area(session: Session, area_code: str, keys: dict[str, Key]) -> list[str]:
    """Return the hashes of the area's manifests, oldest first; raises Broken at the first fault."""
    hashes: list[str] = []
    before: Edition | None = None
    editions = session.scalars(
        sa.select(Edition).filter_by(area_code=area_code).order_by(Edition.number)
    )
    for edition in editions:
        fault = next(_faults(session, edition, keys, hashes, before), None)
        if fault is not None:
            raise Broken(f"{area_code} 第 {edition.number} 期：{fault}")
        hashes.append(sha256(edition.manifest))
        before = edition
    return hashes


def _faults(
    session: Session,
    edition: Edition,
    keys: dict[str, Key],
    earlier: list[str],
    before: Edition | None,
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
    for name, kept in _kept(edition).items():
        if said.get(name) != kept:
            yield f"manifest.json 的 {name} 与数据库记的不一致。"
    if before is not None:
        yield from _order_faults(edition, before)
    yield from _file_faults(session, edition, said)


def _signature_faults(edition: Edition, keys: dict[str, Key]) -> Iterator[str]:
    key = keys.get(edition.key_id)
    if key is None:
        yield f"没有编号为 {edition.key_id} 的公钥，无法验签。"
        return
    try:
        check_signature(key, edition.manifest, edition.signature)
    except BadSignature:
        yield "签名不对，manifest.json 或签名被换过。"
    if key.ended_at is not None and key.ended_at < edition.published_at:
        ended = "吊销" if key.state is KeyState.REVOKED else "换下"
        yield f"用的是 {key.ended_on} 已{ended}的公钥。"


def _order_faults(edition: Edition, before: Edition) -> Iterator[str]:
    """Yield what runs backwards: an edition is published after the one before it."""
    if edition.published_at < before.published_at:
        yield "公布时间早于上一期。"
    if edition.as_of < before.as_of or complete_as_of(edition) < complete_as_of(before):
        yield "截至日期早于上一期。"


def _file_faults(session: Session, edition: Edition, said: dict[str, Any]) -> Iterator[str]:
    files = dict(
        session.execute(
            sa.select(EditionFile.name, EditionFile.sha256).filter_by(edition_id=edition.id)
        ).all()
    )
    if files != said.get("files"):
        yield "文件与 manifest.json 写的不一致。"
    for name, digest in files.items():
        content = session.scalar(
            sa.select(EditionFile.content).filter_by(edition_id=edition.id, name=name)
        )
        if content is None or sha256(content) != digest:
            yield f"{name} 已被改动。"
        elif name == "list.json" and said.get("counts") != _counts(content):
            yield "manifest.json 的 counts 与名单不一致。"


def _counts(content: bytes) -> dict[str, int]:
    listed = entries(io.BytesIO(content))
    return dict(Counter(entry["standing"]["status"] for entry in listed))


def _kept(edition: Edition) -> dict[str, object]:
    return {
        "area": edition.area_code,
        "number": edition.number,
        "as_of": edition.as_of.isoformat(),
        "published_at": edition.published_at.isoformat().replace("+00:00", "Z"),
        "key_id": edition.key_id,
    }
