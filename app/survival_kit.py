"""A survival kit: one folder with which every certificate of this centre is checked from a disk, without the centre.

    index.html, kk.html, ru.html        the page, in three languages
    verifier.js, sarap.css, …           what it needs
    kit.js                              keys, status lists and checkpoint, as a script that the page can load from a disk
    keys/did.json, status/*.json        the same as files, for other verifiers
    log/checkpoint, log/tile/…          the whole log (c2sp.org/tlog-tiles)
    log/hashes-000.js, …                its leaf hashes, for the page
    README.txt, SHA256SUMS

There is no personal data in it: of a certificate, the log holds a salted hash and a status list one bit. It is public, the same
for everybody, and meant to be copied: to a library, an archive, a partner.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from app.locales import NAMES, Locale, msgid, translations
from app.pages import STATIC, environment
from app.verifier_texts import verifier_texts
from certificates import store
from certificates.errors import LogCorrupt
from certificates.log.folder import BLOCK_WIDTH, LogFolder
from certificates.own_log import store as own_log
from certificates.own_log.inclusion import newest_counting
from certificates.status_list import NEEDED, Purpose
from certificates.timestamp import write_timestamp
from certificates.trust import read_trust

PAGES: Final = {Locale.ENGLISH: "index.html", Locale.KAZAKH: "kk.html", Locale.RUSSIAN: "ru.html"}
"""`index.html` is in the language that a stranger in any country is most likely to read; each page links to the others."""

ASSETS: Final = {
    "sarap.css": "sarap.css",
    "mark.svg": "mark.svg",
    "ornament.svg": "ornament.svg",
    "build/survival-kit.js": "verifier.js",
}

README: Final = (
    msgid("Survival kit of %(centre)s, made on %(time)s"),
    msgid("Open index.html in any browser of today. No network is needed, and no server: everything is in this folder."),
    msgid("It checks every certificate that the centre had issued by then: the certificate file, the PDF, the codes on paper."),
    msgid("There is no personal data in this folder. Of a certificate, the log holds a salted hash and a status list one bit."),
    msgid("Copy it, keep it, hand it on. SHA256SUMS lists every file; compare it with a copy that somebody else keeps."),
)


class NothingToKeep(Exception):
    """The centre has published no keys, no lists or no checkpoint yet."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What was written."""

    entries: int
    files: int
    size_bytes: int


async def write_kit(db: store.Connection, folder: Path, centre: str, zone: ZoneInfo, now: datetime) -> Kit:
    """Write the kit into `folder`, which must be empty or not there.

    Raises `NothingToKeep` if there is nothing yet, `LogCorrupt` if the entries do not lead to the root of the checkpoint, and
    `OSError` if the folder is not empty or cannot be written. Then nothing of the kit stays: half of one would look like a kit.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        msg = f"{folder} is not empty"
        raise FileExistsError(msg)
    writer = _Writer(folder)
    try:
        return await _write(db, writer, centre, zone, now)
    except BaseException:
        writer.discard()
        raise


async def _write(db: store.Connection, writer: "_Writer", centre: str, zone: ZoneInfo, now: datetime) -> Kit:
    async with db.transaction(isolation="repeatable_read", readonly=True):
        keys = await store.newest_key_document(db)
        # What the page proves is proven against this one: it must be good for whoever has those keys.
        checkpoint = None if keys is None else await newest_counting(db, read_trust(keys), now)
        lists = {purpose: await store.newest_publication(db, purpose) for purpose in Purpose}
        if keys is None or checkpoint is None or not checkpoint.tree_size or any(lists[purpose] is None for purpose in NEEDED):
            msg = "the centre has not published keys, status lists and a checkpoint yet; issue a certificate first"
            raise NothingToKeep(msg)
        log = LogFolder()
        for start in range(0, checkpoint.tree_size, BLOCK_WIDTH):
            wanted = min(BLOCK_WIDTH, checkpoint.tree_size - start)
            entries = await own_log.entries(db, start, wanted)
            if len(entries) != wanted:
                break
            writer.write_all("log", log.add_block(entries))
        writer.write_all("log", log.upper_tiles())
    if log.size != checkpoint.tree_size or log.root != checkpoint.root_hash:
        msg = f"the entries do not lead to the root of the checkpoint of {checkpoint.tree_size} leaves"
        raise LogCorrupt(msg)
    published = {purpose: publication.credential for purpose, publication in lists.items() if publication is not None}
    writer.write("log/checkpoint", checkpoint.note.encode())
    writer.write("keys/did.json", keys)
    for purpose, credential in published.items():
        writer.write(f"status/{purpose}.json", credential)
    writer.write("kit.js", _data(keys, [*published.values()], checkpoint.note, log, now))
    for asset, name in ASSETS.items():
        writer.copy(STATIC / asset, name)
    facts: dict[str, object] = {
        "centre": centre,
        "did": read_trust(keys).did,
        "entries": log.size,
        "made_at": now,
        "pages": PAGES,
    }
    for locale, name in PAGES.items():
        writer.write(name, _page(locale, zone, facts))
    writer.write("README.txt", _readme(centre, now))
    return writer.finish(log.size)


def _data(keys: bytes, lists: list[bytes], checkpoint: str, log: LogFolder, now: datetime) -> bytes:
    data = {
        "madeAt": write_timestamp(now),
        "keys": keys.decode(),
        "lists": [one.decode() for one in lists],
        "checkpoint": checkpoint,
        "size": log.size,
        "blockRoots": [root.hex() for root in log.block_roots],
    }
    return f"globalThis.sarapKit = {json.dumps(data, ensure_ascii=False)};\n".encode()


def _page(locale: Locale, zone: ZoneInfo, facts: Mapping[str, object]) -> bytes:
    template = environment(locale).get_template("verifier/kit.html")
    texts = verifier_texts(locale, zone.key)
    return template.render(locale=locale, names=NAMES, texts=texts, settings=_Zone(zone), **facts).encode()


@dataclass(frozen=True, slots=True)
class _Zone:
    """What the filter `when` asks of the settings."""

    time_zone: ZoneInfo


def _readme(centre: str, now: datetime) -> bytes:
    values = {"centre": centre, "time": f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"}
    languages = ([translations(locale).gettext(line) for line in README] for locale in PAGES)
    return "\n\n\n".join("\n\n".join([lines[0] % values, *lines[1:]]) for lines in languages).encode() + b"\n"


class _Writer:
    """Writes files and takes down what it wrote."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begun: list[Path] = []
        self._sums: dict[str, str] = {}
        self._size_bytes = 0

    def write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            self._begun.append(path)
            file.write(content)
        self._sums[name] = hashlib.sha256(content).hexdigest()
        self._size_bytes += len(content)

    def write_all(self, folder: str, files: Iterator[tuple[str, bytes]]) -> None:
        for name, content in files:
            self.write(f"{folder}/{name}", content)

    def copy(self, source: Path, name: str) -> None:
        self.write(name, source.read_bytes())

    def discard(self) -> None:
        """Remove what was written, as far as that is possible."""
        for path in reversed(self._begun):
            with contextlib.suppress(OSError):
                path.unlink()
            for parent in path.relative_to(self._folder).parents[:-1]:
                with contextlib.suppress(OSError):  # other files are still in it
                    (self._folder / parent).rmdir()

    def finish(self, entries: int) -> Kit:
        sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._sums.items()))
        self.write("SHA256SUMS", sums.encode())
        return Kit(entries, len(self._sums), self._size_bytes)
