"""docs/verify-by-hand.md: what stands there is run, on a fresh certificate and on altered ones."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from certificates.bundle import write_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.printed import Language
from certificates.carriers.sealing import open_sealer, seal
from certificates.carriers.typesetting import render
from certificates.carrying import make_carriers
from certificates.printing import printing_of
from certificates.status_list import Purpose
from certificates.strict_json import canonical
from tests.certificates.centre import STATUS_INDEX, Centre, claim

PAGE: Final = Path(__file__).parents[2] / "docs" / "verify-by-hand.md"
TOOLS: Final = ("bash", "openssl", "jq", "sha256sum", "xxd", "base64", "gzip")

needs_tools = pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}")

Change = Callable[[Any], None]


def script() -> str:
    """All blocks of the page, as a reader runs them: one after the other in one shell."""
    blocks = re.findall(r"^```bash\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 7
    return "\n".join(blocks)


def by_hand(
    folder: Path,
    change: Change | None = None,
    marked: tuple[int, ...] = (),
    *,
    with_pdf: bool = False,
    publish: Change | None = None,
) -> subprocess.CompletedProcess[str]:
    now = datetime.now(UTC) - timedelta(minutes=1)
    centre = Centre()
    bundle = centre.certify(claim(awarded_at=now, valid_until=now + timedelta(days=1096)), now)
    lists = tuple(centre.status_list(purpose, marked, now) for purpose in Purpose)
    document: Any = json.loads(write_bundle(bundle.with_status(lists)))
    if change is not None:
        change(document)
    (folder / "certificate.sarap.json").write_bytes(canonical(document))
    published: Any = json.loads(centre.key_document)
    if publish is not None:
        publish(published)
    (folder / "did.json").write_bytes(canonical(published))
    if with_pdf:
        code = make_carriers(centre.office, bundle)[Kept.QR]
        unsealed = render(write_bundle(bundle), printing_of(bundle, code, Language.KAZAKH))
        sealer = open_sealer(centre.office.document_signer, centre.office.document_certificates)
        (folder / "certificate.pdf").write_bytes(seal(unsealed, sealer, bundle.credential))
    return subprocess.run(
        ["bash", "-c", script()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )


@needs_tools
def test_the_page_verifies_a_fresh_certificate(tmp_path: Path) -> None:
    done = by_hand(tmp_path, with_pdf=True)
    assert done.returncode == 0, done.stderr
    assert "the seal holds" in done.stdout
    assert "holder:    Айгерім Сәтбаева" in done.stdout
    assert done.stdout.count("Signature Verified Successfully") == 4
    assert done.stdout.rstrip().endswith("VERIFIED BY HAND")


def changed_name(document: Any) -> None:
    document["credential"]["credentialSubject"]["identifier"][0]["identityHash"] = "Somebody Else"


def changed_root(document: Any) -> None:
    lines = document["log"]["proof"].split("\n")
    place = lines.index("", 1) + 2
    lines[place] = str(int(lines[place]) + 1)
    document["log"]["proof"] = "\n".join(lines)


@needs_tools
@pytest.mark.parametrize("change", [changed_name, changed_root])
def test_the_page_stops_at_what_was_altered(tmp_path: Path, change: Change) -> None:
    done = by_hand(tmp_path, change)
    assert done.returncode != 0
    assert "VERIFIED BY HAND" not in done.stdout


@needs_tools
def test_the_page_stops_at_a_revoked_certificate(tmp_path: Path) -> None:
    done = by_hand(tmp_path, marked=(STATUS_INDEX,))
    assert done.returncode != 0
    assert "no revocation" not in done.stdout


def said_of(kind: str, **members: Any) -> Change:
    """Publish something of the key of that kind."""

    def publish(document: Any) -> None:
        next(one for one in document["verificationMethod"] if f"#{kind}-" in one["id"]).update(members)

    return publish


@needs_tools
@pytest.mark.parametrize(
    ("publish", "seen", "unseen"),
    [
        (said_of("key", revoked="2026-11-23T09:30:00Z", revokedFromLogIndex=2), "", "holder:"),
        (said_of("key", retiredFromLogIndex=2), "", "holder:"),
        (said_of("log", revoked="2026-11-23T09:30:00Z"), "is in the log", "no revocation"),
        # Logged before the theft; but the lists in the file are in no log, and a thief could have made them.
        (said_of("key", revoked="2026-11-23T09:30:00Z", revokedFromLogIndex=3), "is in the log", "no revocation"),
        (said_of("document", revoked="2026-11-23T09:30:00Z", revokedFromLogIndex=3), "no suspension", "the seal holds"),
    ],
    ids=["certificate", "retired", "log", "lists", "seal"],
)
def test_the_page_stops_at_a_key_that_does_not_count(tmp_path: Path, publish: Change, seen: str, unseen: str) -> None:
    done = by_hand(tmp_path, publish=publish, with_pdf=True)
    assert done.returncode != 0
    assert seen in done.stdout
    assert unseen not in done.stdout


@needs_tools
def test_the_page_verifies_under_a_key_that_was_retired_and_a_seal_under_an_older_root(tmp_path: Path) -> None:
    def publish(document: Any) -> None:
        said_of("key", retiredFromLogIndex=3)(document)
        newer = json.loads(Centre("newer").key_document)["verificationMethod"][-1]
        document["verificationMethod"].append({**newer, "id": f"{document['id']}#document-2027-1"})

    done = by_hand(tmp_path, publish=publish, with_pdf=True)
    assert done.stdout.rstrip().endswith("VERIFIED BY HAND"), done.stderr
