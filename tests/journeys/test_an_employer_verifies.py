"""Flow 3: verify without a server, see a change, see a revocation."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.demo.path import raised_score
from app.demo.people import Candidate, Employer, Registrar
from tests.journeys.solutions import solution

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("journeys")]


@pytest.fixture
def certificate_path(candidate: Candidate, registrar: Registrar, session_id: str) -> str:
    """The path of a certificate that was issued just now."""
    for item in candidate.state(session_id)["items"]:
        candidate.hand_in(session_id, item["position"], *solution(item, "accepted", "cpp"))
    candidate.finish(session_id)
    registrar.wait_until_ready(session_id)
    registrar.certify(session_id, "In order.")
    return candidate.certificate_path(session_id)


def verified(certificate: Path, trust: Path) -> tuple[int, dict[str, Any]]:
    """What `python -m certificates verify` says, in a process of its own."""
    command = [sys.executable, "-m", "certificates", "verify", "--json", "--trust", str(trust), str(certificate)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, json.loads(ended.stdout)


def test_a_downloaded_certificate_verifies_offline_and_a_changed_one_does_not(
    certificate_path: str, candidate: Candidate, tmp_path: Path
) -> None:
    with Employer(candidate.url) as employer:
        file = employer.fetch(certificate_path, tmp_path / "certificate.json")
        trust = employer.fetch("/.well-known/did.json", tmp_path / "centre.json")
    status, report = verified(file, trust)
    assert (status, report["verified"]) == (0, True)
    file.write_bytes(raised_score(file.read_bytes()))
    status, report = verified(file, trust)
    assert (status, report["verified"]) == (1, False)


def test_the_page_and_the_program_interface_agree_with_the_command_line(certificate_path: str, candidate: Candidate) -> None:
    with Employer(candidate.url) as employer:
        content = employer.get(certificate_path).content
        report = employer.expect(200, employer.client.post("/api/verify", content=content)).json()
        upload = {"certificate": ("certificate.json", content, "application/json")}
        page = employer.expect(200, employer.client.post("/verify", files=upload))
    assert report["verified"] is True
    assert "is-ok" in page.text


def test_a_revoked_certificate_says_so_when_it_is_fetched_again(
    certificate_path: str, candidate: Candidate, registrar: Registrar, tmp_path: Path
) -> None:
    serial = certificate_path.removeprefix("/certificates/").removesuffix(".json")
    registrar.post(f"/certificates/{serial}/status", {"change": "revoke", "reason": "Issued to the wrong person."})
    with Employer(candidate.url) as employer:
        trust = employer.fetch("/.well-known/did.json", tmp_path / "centre.json")

        def look() -> dict[str, Any] | None:
            status, report = verified(employer.fetch(certificate_path, tmp_path / "again.json"), trust)
            return report if status == 1 else None

        report = employer.wait(look, "the revocation")
    assert report["verified"] is False
