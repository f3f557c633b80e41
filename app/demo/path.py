"""The whole path, in the order of ARCHITECTURE's four flows: author, sit, decide, verify.

Each step prints a line with a tick and its time; the last line of standard output is one JSON object:

    {"submissions": [{"task": "accesslog", "language": "python3", "verdict": "AC", "points": 30.0}], "score": 100.0,
     "passed": true, "certificate": "/srv/sarap/var/demo/SS7VH0-GXSM7Z-S3Z61B.json", "verified": true, "seconds": 41.3}

The certificate stays there, with its other carriers, and the centre's keys and status lists beside it (`trust.json`,
`revocation.json`, `suspension.json`), for whoever wants to verify it once more; `make interop` does.
"""

import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app import seed
from app.demo.centre import Centre, fresh_centre
from app.demo.people import Candidate, Employer, Examiner, Proctor, Registrar, Unexpected
from app.progress import Progress
from app.settings import Settings
from certificates.carriers.printed import Language
from certificates.status_list import NEEDED
from exams.authoring.expectation import may_earn
from exams.authoring.package import Package, read_package
from exams.authoring.solutions import ReferenceSolution

SCHEME: Final = "Junior software developer"

IMPORTED: Final = "accesslog"
"""The package that the examiners bring once more, as its next version, which the candidate then gets."""

FIRST_CHOICE: Final = {1: "python3", 2: "javascript", 3: "cpp"}
"""The language of the right answer to each item, so that every language of the exam is used."""

WRONG_FOLDERS: Final = ("wrong_answer", "time_limit_exceeded")
"""The wrong answers handed in before the right one, where the task has them."""

REASON: Final = "Identity checked at the centre; the session was quiet."


@dataclass(slots=True)
class Walk:
    """What has been found out so far; `report` is the JSON of the last line."""

    session_id: str = ""
    submissions: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    best: dict[int, float] = field(default_factory=dict[int, float])
    score: float = 0
    certificate: Path | None = None
    verified: bool = False

    def report(self, seconds: float) -> dict[str, Any]:
        """The summary that a program reads."""
        return {
            "submissions": self.submissions,
            "score": self.score,
            "passed": self.certificate is not None,
            "certificate": None if self.certificate is None else str(self.certificate),
            "verified": self.verified,
            "seconds": round(seconds, 2),
        }


def walk(settings: Settings) -> int:
    """Walk the whole path at a fresh centre. Returns the exit status: 0 only if every step did what it should."""
    began = time.monotonic()
    progress = Progress()
    done = Walk()
    status = 0
    try:
        with ExitStack() as stack:
            with progress.step("Set-up of a fresh centre"):
                centre = stack.enter_context(fresh_centre(settings, progress.say))
            steps(centre, settings.data_dir / "demo", progress, done)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the last line is still the report
        progress.console.print(f"✗ {error}", markup=False)
        status = 1
    sys.stdout.write(json.dumps(done.report(time.monotonic() - began)) + "\n")
    return status


def steps(centre: Centre, folder: Path, progress: Progress, done: Walk) -> None:
    """Do every step at `centre`; the certificate and the centre's keys are left in `folder`.

    Raises `Unexpected` at the first step that does not do what it should.
    """
    packages = {package.names["en"]: package for package in map(read_package, seed.folders())}

    # 1. An examiner authors a task
    with Examiner(centre.url) as author, Examiner(centre.url) as second:
        with progress.step("Examiner imports a task"):
            author.sign_in("examiner", centre.passwords["examiner"])
            task_path = author.import_package(seed.EXAMPLES / IMPORTED)
        with progress.step("Its solutions are judged"):
            task = author.wait_until_judged(task_path, progress.say)
            demand(task["state"] == "ready", f"the task is {task['state']}: a reference solution surprised the judge")
        with progress.step("Second examiner publishes"):
            second.sign_in("examiner2", centre.passwords["examiner2"])
            second.publish(task_path)
            demand(second.task(task_path)["state"] == "published", "the task is not published")

    # 2. A candidate answers
    with Candidate(centre.url) as candidate:
        with progress.step("Candidate signs in, starts"):
            candidate.sign_in("candidate", centre.passwords["candidate"])
            done.session_id = candidate.open_session(SCHEME)
            state = candidate.start(done.session_id)
            demand(len(state["items"]) == len(FIRST_CHOICE), "the paper has not three tasks")
        with progress.step("Proctor sees the session"), Proctor(centre.url) as proctor:
            proctor.sign_in("proctor", centre.passwords["proctor"])
            demand(proctor.sees(done.session_id), "the board does not show the session")
        for item in state["items"]:
            answer_item(candidate, item, packages[item["names"]["en"]], progress, done)
        with progress.step("Candidate finishes"):
            candidate.finish(done.session_id)

        # 3. The exam is graded, decided, and a certificate issued
        with Registrar(centre.url) as registrar:
            registrar.sign_in("registrar", centre.passwords["registrar"])
            with progress.step("The session is graded"):
                registrar.wait_until_ready(done.session_id)
            with progress.step("Registrar decides"):
                registrar.certify(done.session_id, REASON)
        with progress.step("Certificate is issued"):
            path = candidate.certificate_path(done.session_id)

    # 4. An employer verifies
    serial = path.removeprefix("/certificates/").removesuffix(".json")
    done.certificate = as_an_employer(centre, folder, serial, progress)
    done.verified = True
    done.score = float(score_in(done.certificate.read_bytes()))
    demand(done.score == sum(done.best.values()), f"the certificate says {done.score} points")


def as_an_employer(centre: Centre, folder: Path, serial: str, progress: Progress) -> Path:
    """Download every carrier and what they are checked against, check each, and see a change noticed; returns the file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Employer(centre.url) as employer:
        with progress.step("Employer fetches file and keys"):
            certificate = employer.fetch(f"/certificates/{serial}.json", folder / f"{serial}.json")
            trust = employer.fetch("/.well-known/did.json", folder / "trust.json")
            lists = [employer.fetch(f"/status/{purpose}", folder / f"{purpose}.json") for purpose in NEEDED]
        with progress.step("Employer fetches PDF, token"):
            pages = [
                employer.fetch_when_made(f"/certificates/{serial}.{language}.pdf", folder / f"{serial}.{language}.pdf")
                for language in Language
            ]
            token = employer.fetch_when_made(f"/certificates/{serial}.jwt", folder / f"{serial}.jwt")
            proof = employer.fetch(f"/certificates/{serial}.tlog-proof", folder / f"{serial}.tlog-proof")
        with progress.step("Employer verifies offline"):
            for file in (certificate, *pages):
                verify(trust, 0, file)
            verify(trust, 0, token, "--log-proof", proof, *(part for file in lists for part in ("--status", file)))
        with progress.step("A changed score is noticed"), tempfile.TemporaryDirectory() as elsewhere:
            changed = Path(elsewhere) / "changed.json"
            changed.write_bytes(raised_score(certificate.read_bytes()))
            verify(trust, 1, changed)
    return certificate


def answer_item(candidate: Candidate, item: dict[str, Any], package: Package, progress: Progress, done: Walk) -> None:
    """Save, run the samples, hand in wrong programs and the right one; each must earn what its author filed it under."""
    position, points = item["position"], item["points"]
    right = in_folder(package, "accepted", FIRST_CHOICE[position])
    demand(right is not None, f"{package.short_name} has no right answer in {FIRST_CHOICE[position]}")
    assert right is not None
    wrong = [first for folder in WRONG_FOLDERS if (first := in_folder(package, folder)) is not None]
    source = source_of(right)
    with progress.step(f"Item {position}: save, run samples"):
        revision = candidate.save(done.session_id, position, right.program.language.code, source)
        demand(revision == 1, "the save was not acknowledged as the first revision")
        report = candidate.run_samples(done.session_id, position, right.program.language.code, source)
        demand(report["verdict"] == "AC", f"the samples earned {report['verdict']}")
    for solution in (*wrong, right):
        language = solution.program.language.code
        name = f"Item {position}: {solution.path}"
        with progress.step(name):
            submission_id = candidate.hand_in(done.session_id, position, language, source_of(solution))
            submission = candidate.verdict(done.session_id, submission_id)
            verdict = submission["verdict"]
            demand(verdict in may_earn(solution.rules), f"{name} earned {verdict}")
            done.submissions.append(
                {"task": package.short_name, "language": language, "verdict": verdict, "points": submission["points"]}
            )
            done.best[position] = max(done.best.get(position, 0), submission["points"])
    demand(done.best[position] == points, f"item {position} earned {done.best[position]} of {points}")


def in_folder(package: Package, folder: str, language: str | None = None) -> ReferenceSolution | None:
    """The package's first reference solution in this folder and, where one is named, in this language."""
    return next(
        (
            solution
            for solution in package.solutions
            if solution.path.startswith(f"{folder}/") and language in {None, solution.program.language.code}
        ),
        None,
    )


def source_of(solution: ReferenceSolution) -> str:
    """The program's text."""
    return solution.program.files[0].content.decode()


def verify(trust: Path, expected: int, *arguments: Path | str) -> None:
    """Verify as an employer does: a program of its own that knows no server. Raises `Unexpected` for another exit status."""
    command = [sys.executable, "-m", "certificates", "verify", "--trust", str(trust), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    demand(ended.returncode == expected, f"verification ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")


def score_in(bundle: bytes) -> str:
    """The points that a certificate file states."""
    return json.loads(bundle)["credential"]["credentialSubject"]["result"][0]["value"]


def raised_score(bundle: bytes) -> bytes:
    """The same certificate with another score."""
    parsed: dict[str, Any] = json.loads(bundle)
    parsed["credential"]["credentialSubject"]["result"][0]["value"] = "99.99"
    return json.dumps(parsed).encode()


def demand(condition: bool, otherwise: str) -> None:
    """Raise `Unexpected` unless the condition holds."""
    if not condition:
        raise Unexpected(otherwise)
