"""The JSON-LD contexts: which words a credential may use, and what they stand for.

A context decides what is signed: with another text under the same address the same certificate means something else. So they
are bundled (the set-up copies them into `certificates/contexts/`), pinned by the SHA-256 of their RFC 8785 form, and never
fetched.

Two texts are in circulation under the name `context-3.0.3.json`; they differ in `endorsementJwt` and `jti`, which we never use.
"""

import hashlib
from collections.abc import Hashable, Iterator
from functools import cache, partial
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from pyld import jsonld  # pyright: ignore[reportMissingTypeStubs]

from certificates.errors import ContextMissing, Unreadable
from certificates.quads import OUTLINES_MAX, Templates
from certificates.strict_json import Json, JsonObject, canonical, read_object

CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

_pyld: Any = jsonld  # it has types for some of what it does; we use it as if it had none

PINNED: Final = {
    CREDENTIALS_V2: ("credentials-v2.json", "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf"),
    OPEN_BADGES: ("ob-v3p0-3.0.3.json", "c5e555a91a5cf48e32ae0a05674c61ddd5c053b680b5643b2f57f9965e386d99"),
    OPEN_BADGES_EXTENSIONS: ("ob-v3p0-extensions.json", "15f4c347c6fe4380d9b6b93795859e33747ef48d5c55b91a71c52fb51c7bcbd7"),
}


def check(directory: Traversable) -> dict[str, JsonObject]:
    """Read all contexts from `directory` by their addresses. Raises `ContextMissing` if one is absent or not the pinned one."""
    documents: dict[str, JsonObject] = {}
    for address, (name, sha256) in PINNED.items():
        try:
            document = read_object((directory / name).read_bytes())
        except (OSError, Unreadable) as error:
            msg = f"{name} is not in {directory}; run the set-up again"
            raise ContextMissing(msg) from error
        if hashlib.sha256(canonical(document)).hexdigest() != sha256:
            msg = f"{name} in {directory} is not the pinned text of {address}"
            raise ContextMissing(msg)
        documents[address] = document
    return documents


@cache
def bundled() -> dict[str, JsonObject]:
    """The contexts that came with this installation."""
    return check(resources.files("certificates") / "contexts")


def canonical_rdf(document: JsonObject, contexts: dict[str, JsonObject] | None = None) -> bytes:
    """Write what `document` means as canonical N-Quads (RDF Dataset Canonicalization 1.0).

    Raises `ContextMissing` if the contexts are not bundled, `ValueError` if the document is not JSON-LD.
    """
    return (_canonical(document, contexts) if contexts else templates().write(document)).encode()


def _canonical(document: JsonObject, contexts: dict[str, JsonObject]) -> str:
    try:
        quads: object = _pyld.normalize(
            document, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _loader(contexts)}
        )
    except jsonld.JsonLdError as error:
        raise ValueError(str(error)) from error
    return str(quads)


@cache
def templates() -> Templates:
    """What was learned so far about documents with the bundled contexts."""
    known = bundled()
    return Templates(partial(_canonical, contexts=known), _words(list(known.values())))


def _words(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            yield from _words(entry)


def undefined_terms(document: JsonObject) -> tuple[str, ...]:
    """Name what JSON-LD processors would drop without a word, and what therefore the first proof would not cover.

    Members that no context defines, and types and ids that do not become absolute addresses.
    """
    likeness = templates().likeness(document)
    if likeness is not None and likeness in _well_defined:
        return ()
    found = _undefined_terms(document)
    if likeness is not None and not found:
        if len(_well_defined) >= OUTLINES_MAX:
            _well_defined.clear()
        _well_defined.add(likeness)
    return found


_well_defined: Final[set[Hashable]] = set()
"""What documents have in common of which all words are defined."""


def _undefined_terms(document: JsonObject) -> tuple[str, ...]:
    dropped: list[str] = []

    def note_dropped(name: str | None) -> None:
        dropped.append(str(name))

    try:
        expanded: Json = _pyld.expand(document, {"documentLoader": _loader(bundled())}, on_property_dropped=note_dropped)
    except jsonld.JsonLdError as error:
        return (f"not JSON-LD: {error}",)
    return (*dropped, *_relative(expanded))


def _relative(value: Json) -> list[str]:
    """Names of things and types in an expanded document that did not become addresses."""
    match value:
        case list():
            return [name for entry in value for name in _relative(entry)]
        case dict():
            names = [*_listed(value.get("@id")), *_listed(value.get("@type"))]
            own = [name for name in names if isinstance(name, str) and ":" not in name]
            return own + [name for entry in value.values() for name in _relative(entry)]
        case _:
            return []


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _loader(contexts: dict[str, JsonObject]) -> Any:
    def load(address: str, _options: object) -> dict[str, object]:
        if address not in contexts:
            msg = f"{address} is not bundled, and contexts are never fetched"
            raise ContextMissing(msg)
        return {
            "contextUrl": None,
            "documentUrl": address,
            "document": contexts[address],
            "contentType": "application/ld+json",
            "tag": "static",
        }

    return load
