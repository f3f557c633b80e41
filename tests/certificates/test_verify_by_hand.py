"""docs/verify-by-hand.md: what stands there is run, on a fresh certificate and on altered ones."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.bundle import write_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.printed import Language
from certificates.carriers.sealing import open_sealer, seal
from certificates.carriers.typesetting import render
from certificates.carrying import make_carriers
from certificates.log.cosignature import WitnessKey, cosign
from certificates.log.note import SignatureType, read_note, write_note
from certificates.log.proof import read_proof, write_proof
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


WITNESS_KEYS: Final = {
    f"witness.example/w{number}": Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)) for number in (1, 2)
}
WITNESSES: Final = {
    name: WitnessKey(name, SignatureType.ED25519_COSIGNATURE, key.public_key().public_bytes_raw())
    for name, key in WITNESS_KEYS.items()
}
FIRST, SECOND = WITNESSES


def cosigned_by(*names: str, false: bool = False) -> Change:
    def change(document: Any) -> None:
        proof = read_proof(document["log"]["proof"])
        note = read_note(proof.checkpoint)
        lines = [cosign(note, WITNESSES[name], WITNESS_KEYS[name].sign, datetime.now(UTC)) for name in names]
        if false:
            lines.append(replace(lines[-1], data=lines[-1].data[:-1] + bytes([lines[-1].data[-1] ^ 1])))
        document["log"]["proof"] = write_proof(replace(proof, checkpoint=write_note(note.with_signatures(lines))))

    return change


def wanting(quorum: int, since: int = 0) -> Change:
    def publish(document: Any) -> None:
        both = {"witnesses": [key.text for key in WITNESSES.values()]}
        document.update(both, witnessQuorum=quorum, witnessedFrom=since)

    return publish


@needs_tools
@pytest.mark.parametrize(
    ("change", "publish"),
    [
        (cosigned_by(), wanting(1)),
        (cosigned_by(FIRST, FIRST), wanting(2)),
        (cosigned_by(FIRST, SECOND, false=True), wanting(2)),
        (cosigned_by(SECOND), wanting(2, since=2)),
    ],
    ids=["none", "one-twice", "one-false", "too-few"],
)
def test_the_page_stops_where_too_few_witnesses_have_cosigned(tmp_path: Path, change: Change, publish: Change) -> None:
    done = by_hand(tmp_path, change, publish=publish)
    assert done.returncode != 0
    assert "is in the log" in done.stdout
    assert "no revocation" not in done.stdout


@needs_tools
@pytest.mark.parametrize(
    ("change", "publish", "said"),
    [
        (cosigned_by(FIRST, SECOND), wanting(2), f"cosigned by {FIRST},{SECOND}"),
        (cosigned_by(), wanting(2, since=3), "is in the log"),
        (cosigned_by(), wanting(0), "is in the log"),
    ],
    ids=["both", "logged-before", "no-quorum"],
)
def test_the_page_counts_the_witnesses_where_they_are_asked_for(
    tmp_path: Path, change: Change, publish: Change, said: str
) -> None:
    done = by_hand(tmp_path, change, publish=publish)
    assert said in done.stdout
    assert done.stdout.rstrip().endswith("VERIFIED BY HAND"), done.stderr
