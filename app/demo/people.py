"""What each person does at a centre, through HTTP: one class for each, one method for each thing that they do in the browser.

Every method returns what the person would see, and raises `Unexpected` if the centre answers otherwise than it should.
"""

import io
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Self, TypeVar
from uuid import UUID, uuid4

import httpx2

from exams.sessions.writer import Writer

T = TypeVar("T")

WAIT_S: Final = 300
"""For what happens in the background. Judging a task's reference solutions takes a minute on a small machine."""

POLL_S: Final = 0.05

REQUEST_TIMEOUT_S: Final = 30


class Unexpected(Exception):
    """The centre answered otherwise than it should; the message says what was asked and what came."""


@dataclass(slots=True)
class Person:
    """Somebody with a browser of their own: cookies, and the headers that a browser sends from the centre's own pages."""

    url: str
    client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.url}
        self.client = httpx2.Client(base_url=self.url, headers=headers, timeout=REQUEST_TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def sign_in(self, login: str, password: str) -> None:
        """Sign in; afterwards the cookie is there."""
        self.expect(303, self.client.post("/sign-in", data={"login": login, "password": password}))

    def get(self, path: str) -> httpx2.Response:
        """Open a page that must be there."""
        return self.expect(200, self.client.get(path))

    def json(self, path: str) -> Any:
        """Ask for JSON that must be there."""
        return self.get(path).json()

    def post(self, path: str, form: dict[str, str] | None = None) -> str:
        """Send a form; returns the path that the centre sends the browser to."""
        answer = self.expect(303, self.client.post(path, data=form or {}))
        return answer.headers["location"]

    def post_json(self, path: str, value: object, status: int = 200) -> Any:
        """Send JSON that must be taken."""
        return self.expect(status, self.client.post(path, json=value)).json()

    @staticmethod
    def expect(status: int, answer: httpx2.Response) -> httpx2.Response:
        """Return the answer if it has this status. Raises `Unexpected`."""
        if answer.status_code != status:
            asked = f"{answer.request.method} {answer.request.url.path}"
            raise Unexpected(f"{asked}: {answer.status_code} instead of {status}: {answer.text[:300]}")
        return answer

    @staticmethod
    def wait(look: Callable[[], T | None], what: str) -> T:
        """Look until there is something to see. Raises `Unexpected` after `WAIT_S`."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            if (seen := look()) is not None:
                return seen
            time.sleep(POLL_S)
        raise Unexpected(f"{what} did not happen within {WAIT_S} s")


class Examiner(Person):
    """Authors and publishes tasks."""

    def import_package(self, folder: Path) -> str:
        """Send a task package as a zip; returns the task's path, e.g. `/tasks/6f1d…`."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    target.write(path, Path(folder.name) / path.relative_to(folder))
        upload = {"package": (f"{folder.name}.zip", archive.getvalue(), "application/zip")}
        answer = self.expect(303, self.client.post("/tasks", files=upload))
        return answer.headers["location"]

    def task(self, path: str) -> dict[str, Any]:
        """What the task's page says, as JSON: `state`, `findings`, `solutions`."""
        return self.json(f"/api{path}")

    def wait_until_judged(self, path: str, say: Callable[[str], None]) -> dict[str, Any]:
        """Wait until every reference solution was judged; `say` hears how far it is."""

        def look() -> dict[str, Any] | None:
            task = self.task(path)
            say(f"{task['solutions_judged']} of {task['solutions_total']} reference solutions judged")
            return task if task["solutions_judged"] == task["solutions_total"] else None

        return self.wait(look, "judging the reference solutions")

    def publish(self, path: str) -> None:
        """Publish a task that somebody else imported."""
        self.post(f"{path}/publish")


@dataclass(slots=True)
class Candidate(Person):
    """Sits an exam, in one tab."""

    tab: UUID = field(default_factory=uuid4)
    writers: dict[tuple[str, int], Writer] = field(default_factory=dict[tuple[str, int], Writer])

    def open_session(self, scheme: str) -> str:
        """Open a session of the scheme with this name, or go on with the one that is open; returns its id."""
        if (there := self.unfinished(scheme)) is not None:
            return there
        found = re.search(r'action="(/exams/[0-9a-f-]{36}/sessions)"', self.offer(scheme))
        if found is None:
            raise Unexpected(f"/exams offers no session of {scheme}")
        return self.post(found[1]).removeprefix("/sessions/")

    def unfinished(self, scheme: str) -> str | None:
        """The session of the scheme that is open, if one is."""
        found = re.search(r'href="/sessions/([0-9a-f-]{36})"', self.offer(scheme))
        return None if found is None else found[1]

    def offer(self, scheme: str) -> str:
        """The card of the scheme with this name among the exams that are open to this person."""
        _, name, rest = self.get("/exams").text.partition(scheme)
        if not name:
            raise Unexpected(f"/exams offers no {scheme}")
        return rest.partition("</li>")[0]

    def start(self, session_id: str) -> dict[str, Any]:
        """Accept what is recorded, begin the clock; returns the session's state."""
        self.post(f"/sessions/{session_id}/consent", {"accept": "true", "camera": "true"})
        self.post(f"/sessions/{session_id}/start")
        return self.state(session_id)

    def state(self, session_id: str) -> dict[str, Any]:
        """The whole session: clock, items, drafts, submissions."""
        return self.json(f"/api/sessions/{session_id}")

    def take_lease(self, session_id: str, *, take_over: bool = False) -> str:
        """Take the right to write, as this person's one tab; returns the lease."""
        call = {"tab": str(self.tab), "device": "sarap demo", "take_over": take_over}
        return self.post_json(f"/api/sessions/{session_id}/lease", call)["lease"]

    def writer(self, session_id: str, position: int) -> Writer:
        """What this person's tab keeps of an item; taken from the state where it is new."""
        if (session_id, position) not in self.writers:
            item = self.state(session_id)["items"][position - 1]
            self.writers[session_id, position] = Writer.at(item)
        return self.writers[session_id, position]

    def save(self, session_id: str, position: int, language: str, source: str) -> int:
        """Write a draft and save it; returns the acknowledged revision."""
        writer = self.writer(session_id, position)
        writer.write(language, source, at_ms=time.monotonic() * 1000, wall_ms=time.time() * 1000)
        if writer.pending:
            path = f"/api/sessions/{session_id}/items/{position}/journal"
            writer.acknowledged(self.post_json(path, writer.call(self.take_lease(session_id))))
        return writer.revision

    def run_samples(self, session_id: str, position: int, language: str, source: str) -> dict[str, Any]:
        """Run a program on the samples; returns the report once it is there."""
        base = f"/api/sessions/{session_id}/items/{position}/sample-runs"
        run_id = self.post_json(base, {"language": language, "source": source}, 201)["sample_run_id"]
        return self.wait(lambda: self.json(f"{base}/{run_id}")["report"], "the sample run")

    def hand_in(self, session_id: str, position: int, language: str, source: str) -> str:
        """Hand a program in; returns the submission's id. Waits as long as the centre asks to, as a person would."""
        path = f"/api/sessions/{session_id}/items/{position}/submissions"
        self.save(session_id, position, language, source)
        call = self.writer(session_id, position).hand_in(self.take_lease(session_id))
        answer = self.client.post(path, json=call)
        while answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            time.sleep(float(answer.headers["retry-after"]))
            answer = self.client.post(path, json=call)
        return self.expect(201, answer).json()["submission_id"]

    def verdict(self, session_id: str, submission_id: str) -> dict[str, Any]:
        """Wait for a submission's verdict; returns the submission."""

        def look() -> dict[str, Any] | None:
            submissions = (one for item in self.state(session_id)["items"] for one in item["submissions"])
            return next((one for one in submissions if one["submission_id"] == submission_id and one["verdict"]), None)

        return self.wait(look, "the verdict")

    def finish(self, session_id: str) -> None:
        """End the exam."""
        self.post(f"/sessions/{session_id}/finish")

    def certificate_path(self, session_id: str) -> str:
        """Wait for the certificate; returns the path of its file."""

        def look() -> str | None:
            found = re.search(r'href="(/certificates/[^"/.]+)"', self.get(f"/sessions/{session_id}").text)
            return None if found is None else f"{found[1]}.json"

        return self.wait(look, "the certificate")


class Proctor(Person):
    """Watches."""

    def sees(self, session_id: str) -> bool:
        """Whether the board shows the session."""
        return session_id in self.get("/board").text


class Registrar(Person):
    """Decides."""

    def wait_until_ready(self, session_id: str) -> None:
        """Wait until the result can be decided."""
        self.wait(lambda: (f"/results/{session_id}/decision" in self.get(f"/results/{session_id}").text) or None, "the result")

    def certify(self, session_id: str, reason: str) -> None:
        """Decide that a certificate is issued."""
        self.post(f"/results/{session_id}/decision", {"outcome": "certify", "reason": reason})


class Employer(Person):
    """Trusts nobody."""

    def fetch(self, path: str, into: Path) -> Path:
        """Download a file."""
        into.write_bytes(self.get(path).content)
        return into

    def fetch_when_made(self, path: str, into: Path) -> Path:
        """Download a file that is made within a minute of the issue."""

        def look() -> Path | None:
            answer = self.client.get(path)
            return None if answer.status_code == HTTPStatus.NOT_FOUND else self.fetch(path, into)

        return self.wait(look, path)
