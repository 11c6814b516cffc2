"""No trace of a sender: markers in every header and field, then a search of what was written."""

import re
import subprocess
from pathlib import Path

import pytest

import run
from portal.clock import now
from tests.reports.pictures import MARKS, photo
from tests.reports.sending_clients import ask
from tests.services import LiveSite

HEADERS = (
    "User-Agent", "Referer", "Cookie", "Accept", "Accept-Language", "Accept-Encoding", "Via",
    "Forwarded", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP", "X-Request-ID",
    "X-Correlation-ID", "Traceparent", "Authorization", "From", "DNT", "Sec-CH-UA", "Origin",
    "X-Wechat-Key", "If-None-Match",
)  # fmt: skip
# A lost count, a time or a cookie would tell somebody something.
TOLD = {
    "Server", "Date", "Connection", "Content-Type", "Content-Length", "Content-Security-Policy",
    "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "Cache-Control", "Vary",
    "Cross-Origin-Opener-Policy", "Transfer-Encoding",
}  # fmt: skip
FIELDS = {
    "body": "text", "place_address": "address", "place_name": "name", "subject": "answer",
    "people": "unasked", "scan": "scan",
}  # fmt: skip
TIME = re.compile(rb"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{6})?")
GRID = re.compile(rb".{14}(?:00|15|30|45):00(?:\.0+)?")  # the hour; the quarter a mail leaves in


def marks(number: int) -> dict[str, str]:
    """Every marker of one report by the place where it is planted."""
    return {
        place: f"{place}{number}feedbeef" for place in (*HEADERS, *FIELDS.values(), "query", "file")
    }


def planted(number: int) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and fields of a report, full of markers."""
    mark = marks(number)
    headers = {name: mark[name] for name in HEADERS}
    headers["X-Forwarded-For"] = f"203.0.113.{number}"
    headers["Cookie"] = f"scan={mark['Cookie']}; session={mark['Cookie']}"
    headers["Accept-Encoding"] = f"identity, {mark['Accept-Encoding']};q=0"
    return headers, {name: mark[planted_as] for name, planted_as in FIELDS.items()}


@pytest.mark.parametrize("count", [8, pytest.param(100, marks=pytest.mark.long)])
def test_nothing_of_a_sender_is_written_anywhere(
    demo_folder: Path, tmp_path: Path, count: int
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    secrets: list[str] = []
    started = now().strftime("%Y-%m-%d %H:%M:%S").encode()
    env = {"MINGDAN_TRUSTED_PROXIES": "1", "TMPDIR": str(temporary), "HOME": str(temporary)}
    with LiveSite(demo_folder, env) as site:
        for number in range(1, count + 1):
            headers, fields = planted(number)
            address = f"/report/new?category=A01&from={marks(number)['query']}"
            token = ask(site, address, headers=headers).token
            data = {"csrf_token": token, "category": "A01", **fields}
            if number % 4 == 0:  # refused, unknown and broken ones leave no more than the others
                ask(site, address, data | {"csrf_token": fields["body"]}, headers)
                ask(site, f"/report/new?category={fields['scan']}", data, headers)
                ask(site, address, data | {"body": "\0" + fields["body"]}, headers)
            mine = (f"{marks(number)['file']}.jpg", photo()) if number % 4 == 1 else None
            asked = ask(site, "/receipt", headers=headers).token
            answers = [
                ask(site, address, data | {"step": "preview"}, headers),
                sent := ask(site, address, data, headers, mine),
                seen := ask(site, "/receipt", {"csrf_token": asked, "code": sent.code}, headers),
                ask(
                    site, "/receipt/answer",
                    {"csrf_token": seen.token, "code": sent.code, "text": fields["body"]},
                    headers, mine,
                ),
            ]  # fmt: skip
            for answer in answers:
                assert answer.status == 200, answer.text[:2000]
                assert set(answer.headers) <= TOLD
                assert answer.headers["Cache-Control"] == "no-store"
            assert "已收到，部门会看到" in answers[-1].text
            assert ("拍摄地点" in sent.text) is (mine is not None)
            secrets += [sent.code, token]
        worker = subprocess.run(
            [*run.FLASK[:-1], "tests.next_hour", "worker", "--once"], cwd=run.ROOT, env=site.env,
            capture_output=True, check=True,
        )  # fmt: skip
        written = {
            str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
        } | {"log": site.log.read_bytes(), "worker": worker.stdout + worker.stderr}
    assert any(name.endswith("-wal") for name in written), "looked at while it was running"
    assert any("/mail/" in name for name in written)
    wanted = ["feedbeef", "203.0.113.", *MARKS, *secrets]
    found = [
        (name, trace) for name, content in written.items() for trace in wanted
        if trace.encode() in content or trace.encode("utf-16-le") in content
    ]  # fmt: skip
    assert not found, found
    exact = {
        time for content in written.values() for time in TIME.findall(content)
        if started <= time and not GRID.fullmatch(time)
    }  # fmt: skip
    assert not exact, exact
    spool = list(tmp_path.rglob("mail/new/*"))
    assert {path.stat().st_mtime % 3600 for path in spool} == {0}
    assert {int(path.name.split(".")[0]) % 3600 for path in spool} == {0}
