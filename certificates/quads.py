"""Canonical N-Quads of documents that are built alike, without running JSON-LD for each of them.

Expanding a credential and turning it into RDF takes PyLD 5 ms, nearly all for what is the same in every credential of a centre.
So PyLD is run once for each *outline* (members, lengths of arrays, types, whatever else decides how a document is read), on a
copy in which every text is a mark of its own. Where the marks stand in its quads is a *template*; the quads of every other
document of this outline follow by putting its texts in their places. Only the labels of the blank nodes depend on the texts,
and they are worked out each time (W3C REC, RDF Dataset Canonicalization 1.0, section 4.4).

It must write the very bytes that PyLD writes, so what is not plainly of this kind is left to PyLD:

* a text that JSON-LD looks at is part of the outline: types, words of a vocabulary, relative addresses. A mark that does not
  come back as one whole address or one whole literal spoils the template, and so does one that was there before;
* an address takes the place of a mark only if it has the mark's form (`https://…`, `http://…` or `did:web:…`, without
  characters that need escaping) and is not itself a word of the contexts;
* blank nodes with the same first-degree hash need the long algorithm of section 4.7;
* a template has to write, for the document that it was learned from, what PyLD writes for it.
"""

import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pyld import nquads  # pyright: ignore[reportMissingTypeStubs]

from certificates.strict_json import Json, JsonObject

OUTLINES_MAX: Final = 200
"""Outlines, and templates of all of them. A centre has some ten; a stranger who sends many must not fill the memory."""

Write = Callable[[JsonObject], str]
"""Writes canonical N-Quads the long way. Raises `ValueError` if the document is not JSON-LD."""

_XSD_DOUBLE: Final = "^^<http://www.w3.org/2001/XMLSchema#double>"  # the one datatype whose texts JSON-LD rewrites
_ADDRESS: Final = re.compile(r"(https://|http://|did:web:)[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+", re.ASCII)
_QUAD: Final = re.compile(
    r"(?P<subject><[^<>]*>|_:c14n\d+) (?P<predicate><[^<>]*>) "
    r'(?P<object><[^<>]*>|_:c14n\d+|"(?:[^"\\]|\\.)*"(?:\^\^<[^<>]*>|@[\w-]+)?) \.\n',
    re.DOTALL,
)
_LITERAL: Final = re.compile(r'"(?P<text>.*)"(?P<tail>[^"]*)', re.DOTALL)
_MARK: Final = "mark.invalid"  # RFC 2606, section 2: a name that nobody has

_escape: Callable[[str], str] = nquads.escape  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


class _Unusual(Exception):
    """The document has to be left to PyLD."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A quad: a format, and the numbers of the texts and blank nodes that go into it."""

    form: str
    numbers: tuple[int, ...]

    def filled(self, values: Sequence[str]) -> str:
        return self.form % tuple([values[number] for number in self.numbers])


@dataclass(frozen=True, slots=True)
class _Blank:
    """What a blank node's hash is made from: quads with no other blank node, and quads that join it with one."""

    own: tuple[_Line, ...]
    joining: tuple[_Line, ...]

    def hashed(self, values: Sequence[str]) -> str:
        """The first-degree hash (section 4.6). Own quads that say the same are one quad; the others never say the same."""
        lines = [*{line.filled(values) for line in self.own}, *[line.filled(values) for line in self.joining]]
        lines.sort()
        return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Template:
    """The quads of all documents of an outline. In a line the blank nodes are numbered after the texts."""

    lines: tuple[_Line, ...]
    blanks: tuple[_Blank, ...]

    def write(self, texts: Sequence[str]) -> str | None:
        """Write canonical N-Quads, or None if blank nodes look alike."""
        values = [*map(_escape, texts)]
        hashes = [blank.hashed(values) for blank in self.blanks]
        places = {value: place for place, value in enumerate(sorted(hashes))}
        if len(places) != len(hashes):
            return None
        values += [f"_:c14n{places[value]}" for value in hashes]
        return "".join(sorted({line.filled(values) for line in self.lines}))


@dataclass(slots=True)
class _Plan:
    """What is known of an outline: which of its texts decide how it is read, and a template for each choice of these."""

    deciding: tuple[int, ...]
    templates: dict[tuple[str, ...], _Template | None]


class Templates:
    """What was learned from PyLD with one set of contexts. `words` are the names that these contexts define."""

    def __init__(self, write: Write, words: Iterable[str]) -> None:
        self._write = write
        self._words = frozenset(word for word in words if _ADDRESS.fullmatch(word))
        self._plans: dict[Hashable, _Plan | None] = {}
        self._learned = 0

    def write(self, document: JsonObject) -> str:
        """Write `document` as canonical N-Quads. Raises `ValueError` if it is not JSON-LD."""
        found = self._find(document)
        written = found[1].write(found[2]) if found else None
        return self._write(document) if written is None else written

    def likeness(self, document: JsonObject) -> Hashable:
        """What `document` has in common with all that are read alike; None if it is read on its own."""
        found = self._find(document)
        return found[0] if found else None

    def _find(self, document: JsonObject) -> tuple[Hashable, _Template, list[str]] | None:
        texts: list[str] = []
        try:
            outline = self._outline(document, texts, top=True)
        except _Unusual:
            return None
        if outline in self._plans:
            plan = self._plans[outline]
        else:
            plan = self._plan(document, texts)
            if max(len(self._plans), self._learned) >= OUTLINES_MAX:
                self._plans.clear()
                self._learned = 0
            self._plans[outline] = plan
        if plan is None:
            return None
        choice = tuple([texts[number] for number in plan.deciding])
        if choice not in plan.templates:
            if self._learned >= OUTLINES_MAX:
                for known in self._plans.values():
                    if known is not None:
                        known.templates.clear()
                self._learned = 0
            self._learned += 1
            plan.templates[choice] = self._learn(document, texts, plan.deciding)
        template = plan.templates[choice]
        return None if template is None else ((outline, choice), template, texts)

    def _outline(self, value: Json, texts: list[str], *, top: bool = False) -> Hashable:
        """How `value` is built. Takes its texts out, in order, and leaves the form of each."""
        if isinstance(value, str):
            texts.append(value)
            return self._form(value)
        if isinstance(value, dict):
            members: list[Hashable] = []
            for name in sorted(value):
                if name == "type" or (top and name == "@context"):
                    members.append((name, _fixed(value[name])))
                elif name.startswith("@") or _MARK in name:
                    raise _Unusual
                else:
                    members.append((name, self._outline(value[name], texts)))
            return ("{", *members)
        if isinstance(value, list):
            return ("[", *[self._outline(entry, texts) for entry in value])
        return (type(value).__name__, repr(value))  # 0.0 and -0.0 are equal and not written alike

    def _form(self, text: str) -> str:
        if text[:4] in {"http", "did:"}:
            match = _ADDRESS.fullmatch(text)
            if match and text not in self._words:
                return match[1]
        return ""

    def _plan(self, document: JsonObject, texts: list[str]) -> _Plan | None:
        """Find the texts that become addresses without having the form of one: these decide how the document is read."""
        forms = [self._form(text) for text in texts]
        marks = [f"{form or 'https://'}{_MARK}/{number}" for number, form in enumerate(forms)]
        try:
            quads = self._write(_with_texts(document, marks))
        except ValueError:
            return None
        return _Plan(tuple(n for n, form in enumerate(forms) if not form and f"<{marks[n]}>" in quads), {})

    def _learn(self, document: JsonObject, texts: list[str], deciding: Sequence[int]) -> _Template | None:
        marks = {
            number: f"{form}{_MARK}/{number}" if (form := self._form(text)) else f"a {_MARK} {number} text"
            for number, text in enumerate(texts)
            if number not in deciding
        }
        copy = _with_texts(document, [marks.get(number, text) for number, text in enumerate(texts)])
        try:
            template = _template(self._write(copy), marks, len(texts))
            right = template.write(texts) in {None, self._write(document)}
        except (_Unusual, ValueError):
            return None
        return template if right else None


def _fixed(value: Json) -> Hashable:
    if isinstance(value, str) and _MARK not in value:
        return value
    if isinstance(value, list) and all(isinstance(entry, str) and _MARK not in entry for entry in value):
        return ("[", *[str(entry) for entry in value])
    raise _Unusual


def _with_texts(document: JsonObject, texts: Iterable[str]) -> JsonObject:
    """A copy with other texts, in the order in which `Templates._outline` takes them out."""
    return _members(document, iter(texts), top=True)


def _members(value: JsonObject, texts: Iterator[str], *, top: bool = False) -> JsonObject:
    copy: JsonObject = {}
    for name in sorted(value):
        copy[name] = value[name] if name == "type" or (top and name == "@context") else _replaced(value[name], texts)
    return copy


def _replaced(value: Json, texts: Iterator[str]) -> Json:
    if isinstance(value, dict):
        return _members(value, texts)
    if isinstance(value, list):
        return [_replaced(entry, texts) for entry in value]
    return next(texts) if isinstance(value, str) else value


def _template(quads: str, marks: dict[int, str], texts: int) -> _Template:
    """Find the marks in the quads. Raises `_Unusual` if one is lost, cut, or where a text would not be kept as it is."""
    numbers = {mark: number for number, mark in marks.items()}
    matches = list(_QUAD.finditer(quads))
    if "".join(match[0] for match in matches) != quads:
        raise _Unusual
    terms = [[_term(match[part], numbers, texts) for part in ("subject", "predicate", "object")] for match in matches]
    used = {number for quad in terms for _form, number in quad if number is not None}
    blanks = sorted(number for number in used if number >= texts)
    if used - set(blanks) != set(marks) or blanks != list(range(texts, texts + len(blanks))):
        raise _Unusual
    return _Template(
        tuple(_line(quad) for quad in terms),
        tuple(_blank(blank, [quad for quad in terms if any(n == blank for _, n in quad)], texts) for blank in blanks),
    )


_Term = tuple[str, int | None]
"""A part of a quad as a format, with the number of the text or blank node that goes into it, if any."""


def _term(written: str, numbers: dict[str, int], texts: int) -> _Term:
    if written.startswith("_:"):
        return "%s", texts + int(written.removeprefix("_:c14n"))
    if written.startswith("<"):
        inside, before, after = written[1:-1], "<", ">"
    else:
        literal = _LITERAL.fullmatch(written)
        if literal is None:
            raise _Unusual
        inside, before, after = literal["text"], '"', f'"{literal["tail"]}'
    if inside in numbers and after.lstrip('"') != _XSD_DOUBLE and _MARK not in after:
        return f"{before}%s{after.replace('%', '%%')}", numbers[inside]
    if _MARK in written:
        raise _Unusual
    return written.replace("%", "%%"), None


def _line(quad: Sequence[_Term]) -> _Line:
    form = " ".join(form for form, _number in quad)
    return _Line(f"{form} .\n", tuple(number for _form, number in quad if number is not None))


def _blank(blank: int, quads: Iterable[Sequence[_Term]], texts: int) -> _Blank:
    own: list[_Line] = []
    joining: list[_Line] = []
    for quad in quads:
        others = any(number is not None and number >= texts and number != blank for _form, number in quad)
        named = [_as_seen_from(blank, term, texts) for term in quad]
        (joining if others else own).append(_line(named))
    return _Blank(tuple(own), tuple(joining))


def _as_seen_from(blank: int, term: _Term, texts: int) -> _Term:
    _form, number = term
    if number is None or number < texts:
        return term
    return ("_:a" if number == blank else "_:z"), None
