"""Make the vectors: certificate files with one fault each, named for it.

    .venv/bin/python -m tests.vectors.make

A vector is a short header, an empty line, and the exact bytes of a certificate file:

    about: the score was raised after signing
    expect: rdfc-proof-invalid
    step: first-proof
    answers: not-authentic not-checked not-checked

    {"credential":…

`expect: -` means that nothing is wrong. All are checked at 2026-11-23T09:30:00Z against `trust.json`. Keys are fixed, so a
vector changes only when its description here or the format does. Anybody who writes another verifier is welcome to use them.
"""

import base64
import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import cbor2

from certificates.bundle import Bundle, write_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.compact import compact_claims, read_compact, write_compact
from certificates.carriers.jwt import write_token
from certificates.carriers.qr import front_url, second_code, sign_claims
from certificates.carrying import as_handed_over, make_carriers
from certificates.credential import unsigned_credential
from certificates.findings import Authentic, Code, Freshness, Status, Step
from certificates.log.entry import binding_of
from certificates.log.proof import read_proof
from certificates.status_list import ENTRIES_MIN, SNAPSHOT_LIFETIME, Purpose
from certificates.strict_json import DEPTH_MAX, JsonObject, canonical
from tests.certificates.centre import NOW, SALT, SERIAL, STATUS_INDEX, Centre, claim, document_signer, signer

FOLDER: Final = Path(__file__).parent / "certificates"
REVOCATION, SUSPENSION = Purpose.REVOCATION, Purpose.SUSPENSION


@dataclass(frozen=True, slots=True)
class Vector:
    """A file and what must be found in it. `step` None: nothing is wrong."""

    name: str
    about: str
    step: Step | None
    finding: Code | None
    authentic: Authentic
    status: Status
    freshness: Freshness
    data: bytes

    def written(self) -> bytes:
        """The vector as it is kept."""
        header = (
            f"about: {self.about}\nexpect: {self.finding or '-'}\nstep: {self.step or '-'}\n"
            f"answers: {self.authentic} {self.status} {self.freshness}\n\n"
        )
        return header.encode() + self.data


def read_vector(path: Path) -> Vector:
    """Read a vector back."""
    header, _blank, data = path.read_bytes().partition(b"\n\n")
    fields = dict(line.split(": ", 1) for line in header.decode().splitlines())
    authentic, status, freshness = fields["answers"].split()
    return Vector(
        path.stem,
        fields["about"],
        None if fields["step"] == "-" else Step(fields["step"]),
        None if fields["expect"] == "-" else Code(fields["expect"]),
        Authentic(authentic),
        Status(status),
        Freshness(freshness),
        data,
    )


def vectors() -> Iterator[Vector]:
    """Make all of them."""
    yield from _unreadable()
    yield from _altered()
    yield from _badly_signed()
    yield from _badly_logged()
    yield from _out_of_time()
    yield from _statuses()
    yield from _codes()
    yield from _tokens()


def _read(name: str, about: str, finding: Code, data: bytes) -> Vector:
    return Vector(name, about, Step.READ, finding, Authentic.NOT_CHECKED, Status.NOT_CHECKED, Freshness.NOT_CHECKED, data)


def _forged(name: str, about: str, step: Step, finding: Code, bundle: Bundle) -> Vector:
    authentic = Authentic.NOT_CHECKED if finding is Code.ISSUER_UNKNOWN else Authentic.NO
    return Vector(name, about, step, finding, authentic, Status.NOT_CHECKED, Freshness.NOT_CHECKED, write_bundle(bundle))


def _genuine(
    name: str, about: str, bundle: Bundle, found: tuple[Step, Code] | None, status: Status, freshness: Freshness
) -> Vector:
    step, finding = found or (None, None)
    return Vector(name, about, step, finding, Authentic.YES, status, freshness, write_bundle(bundle))


def _unreadable() -> Iterator[Vector]:
    good = write_bundle(Centre().certify())
    loose: Any = json.loads(good)
    yield _read("empty", "nothing at all", Code.FILE_EMPTY, b"")
    yield _read("only-spaces", "white space and nothing else", Code.FILE_EMPTY, b" \n\t ")
    yield _read("not-json", "the beginning of a picture", Code.NOT_JSON, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    yield _read("pdf-cut", "the beginning of a PDF", Code.PDF_UNREADABLE, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    yield _read("cut-off", "the second half was lost on the way", Code.NOT_JSON, good[: len(good) // 2])
    yield _read("byte-order-mark", "saved again by an editor that adds a mark", Code.NOT_JSON, b"\xef\xbb\xbf" + good)
    yield _read("not-utf-8", "a name in another encoding", Code.NOT_JSON, '{"name":"Айгерім"}'.encode("cp1251", "replace"))
    yield _read("not-a-number", "NaN is not JSON", Code.NOT_JSON, b'{"format":NaN}')
    yield _read("fraction", "numbers with fractions have more than one way to be written", Code.NOT_JSON, b'{"format":1.0}')
    yield _read("huge-number", "a number beyond 2^53", Code.NOT_JSON, b'{"format":9007199254740993}')
    yield _read("lone-surrogate", "half a character", Code.NOT_JSON, b'{"format":"\\ud800"}')
    yield _read(
        "duplicate-name",
        "a second holder beside the first: parsers choose differently",
        Code.DUPLICATE_MEMBER,
        good.replace(b'"identityType":"name"', b'"identityType":"name","identityHash":"Somebody Else"', 1),
    )
    yield _read("too-deep", "arrays within arrays", Code.TOO_DEEP, b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1))
    yield _read("array", "JSON, but not an object", Code.NOT_A_CERTIFICATE, b"[]")
    yield _read("another-document", "an object about something else", Code.NOT_A_CERTIFICATE, b'{"hello":"world"}')
    yield _read(
        "bare-credential",
        "the credential without its log proof",
        Code.BARE_CREDENTIAL,
        json.dumps(loose["credential"]).encode(),
    )
    yield _read("newer-format", "a version that does not exist yet", Code.UNKNOWN_FORMAT, b'{"format":"sarap-certificate/2"}')
    yield _read("no-log", "the log proof is missing", Code.NOT_A_CERTIFICATE, _without(loose, "log"))
    yield _read("no-status", "the status lists are missing", Code.NOT_A_CERTIFICATE, _without(loose, "status"))
    yield _read(
        "extra-part",
        "a part that certificate files do not have",
        Code.NOT_A_CERTIFICATE,
        json.dumps({**loose, "note": "hi"}).encode(),
    )
    yield _read(
        "short-salt",
        "a salt of two bytes",
        Code.NOT_A_CERTIFICATE,
        json.dumps({**loose, "log": {**loose["log"], "salt": "abcd"}}).encode(),
    )
    many = [loose["status"][0]] * 5
    yield _read("many-lists", "five status lists", Code.NOT_A_CERTIFICATE, json.dumps({**loose, "status": many}).encode())


def _without(document: dict[str, Any], name: str) -> bytes:
    return json.dumps({other: value for other, value in document.items() if other != name}).encode()


def _altered() -> Iterator[Vector]:
    """Files that were genuine before somebody changed them."""

    def edited(edit: Callable[[Any], object]) -> Bundle:
        bundle = Centre().certify()
        credential = copy.deepcopy(bundle.credential)
        edit(credential)
        return replace(bundle, credential=credential)

    def signature_fault(name: str, about: str, edit: Callable[[Any], object]) -> Vector:
        return _forged(name, about, Step.FIRST_PROOF, Code.RDFC_PROOF_INVALID, edited(edit))

    def profile_fault(name: str, about: str, finding: Code, edit: Callable[[Any], object]) -> Vector:
        return _forged(name, about, Step.PROFILE, finding, edited(edit))

    def subject(credential: Any) -> Any:
        return credential["credentialSubject"]

    yield signature_fault("changed-score", "the score was raised", lambda c: subject(c)["result"][0].update(value="97.5"))
    yield signature_fault("changed-date", "the date was moved", lambda c: c.update(validFrom="2025-11-23T09:30:00Z"))
    yield signature_fault(
        "changed-holder", "another holder", lambda c: subject(c)["identifier"][0].update(identityHash="Somebody Else")
    )
    yield signature_fault(
        "changed-cut-score",
        "less was needed",
        lambda c: subject(c)["achievement"]["resultDescription"][0].update(requiredValue="10"),
    )
    yield signature_fault(
        "added-expiry", "a member that is allowed, added later", lambda c: c.update(validUntil="2036-11-23T09:30:00Z")
    )
    yield signature_fault(
        "changed-proof-time", "the time of signing was changed", lambda c: c["proof"][0].update(created="2026-11-23T09:29:59Z")
    )

    yield profile_fault(
        "undefined-member",
        "a word that no context defines, at the top",
        Code.UNKNOWN_MEMBER,
        lambda c: c.update(level="expert"),
    )
    yield profile_fault(
        "undefined-member-deep",
        "the same, far inside",
        Code.UNKNOWN_MEMBER,
        lambda c: subject(c)["result"][0].update(grade="A"),
    )
    yield profile_fault(
        "defined-member",
        "a word of Open Badges that we never use",
        Code.UNKNOWN_MEMBER,
        lambda c: subject(c).update(role="boss"),
    )
    yield profile_fault("member-as-address", "a name written as its address", Code.UNKNOWN_MEMBER, _rekeyed)
    yield profile_fault(
        "unknown-keyword",
        "a keyword that does not exist",
        Code.UNKNOWN_MEMBER,
        lambda c: subject(c).update({"@level": "expert"}),
    )
    yield profile_fault(
        "nested-context",
        "a context of its own inside",
        Code.UNKNOWN_MEMBER,
        lambda c: subject(c).update({"@context": {"x": "y:z"}}),
    )
    yield profile_fault(
        "wrong-context-order", "the contexts in another order", Code.WRONG_CONTEXT, lambda c: c["@context"].reverse()
    )
    yield profile_fault(
        "added-context", "a fourth context", Code.WRONG_CONTEXT, lambda c: c["@context"].append("https://elsewhere.example/")
    )
    yield profile_fault(
        "inline-context",
        "definitions instead of addresses",
        Code.WRONG_CONTEXT,
        lambda c: c.update({"@context": {"@vocab": "x:"}}),
    )
    yield profile_fault(
        "proof-context", "the second proof with other contexts", Code.WRONG_CONTEXT, lambda c: c["proof"][1]["@context"].pop()
    )
    yield profile_fault(
        "missing-member", "the status entry was cut out", Code.MISSING_MEMBER, lambda c: c.pop("credentialStatus")
    )
    yield profile_fault(
        "second-result", "two results", Code.BAD_VALUE, lambda c: subject(c)["result"].append(subject(c)["result"][0])
    )
    yield profile_fault(
        "level-of-a-part-added",
        "a level that was not reached, of a framework that does not exist for it",
        Code.BAD_VALUE,
        lambda c: subject(c)["result"][2].update(alignment=[]),
    )
    yield signature_fault(
        "changed-level",
        "a higher national level",
        lambda c: subject(c)["achievement"]["alignment"][0].update(targetCode="7"),
    )
    yield signature_fault("changed-assurance", "watched at a centre", lambda c: c["evidence"][1].update(narrative="at-centre"))
    yield signature_fault("changed-records", "other judging records", lambda c: c["evidence"][-1].update(narrative="0" * 64))
    yield profile_fault(
        "unknown-assurance",
        "a word that the label does not have",
        Code.BAD_VALUE,
        lambda c: c["evidence"][0].update(narrative="passport and iris"),
    )
    yield profile_fault(
        "assurance-twice", "two lines about one thing", Code.BAD_VALUE, lambda c: c["evidence"].insert(1, c["evidence"][0])
    )
    yield profile_fault(
        "evidence-elsewhere",
        "a line of the label under another certificate's address",
        Code.BAD_VALUE,
        lambda c: c["evidence"][0].update(id="https://elsewhere.example/certificates/1#identity"),
    )
    yield profile_fault(
        "hidden-direction",
        "a name that turns the direction of writing",
        Code.BAD_VALUE,
        lambda c: subject(c)["identifier"][0].update(identityHash="abc\u202edef"),
    )
    yield profile_fault(
        "status-elsewhere",
        "a status list on another site",
        Code.BAD_VALUE,
        lambda c: c["credentialStatus"].update(statusListCredential="https://elsewhere.example/status/revocation"),
    )
    yield profile_fault(
        "index-does-not-fit",
        "an index that is not the entry's",
        Code.BAD_VALUE,
        lambda c: c["credentialStatus"].update(statusListIndex="1"),
    )
    yield profile_fault(
        "mistyped-serial",
        "a number whose check characters are wrong",
        Code.BAD_VALUE,
        lambda c: c.update(id=c["id"][:-1] + "0"),
    )
    yield profile_fault(
        "other-address",
        "the issuer's name with somebody else's address",
        Code.BAD_VALUE,
        lambda c: c["issuer"].update(url="https://elsewhere.example"),
    )
    yield profile_fault(
        "truth-as-number", "0 in place of false", Code.BAD_VALUE, lambda c: subject(c)["identifier"][0].update(hashed=0)
    )


def _rekeyed(credential: Any) -> None:
    identifier = credential["credentialSubject"]["identifier"][0]
    identifier["https://purl.imsglobal.org/spec/vc/ob/vocab.html#identityHash"] = identifier.pop("identityHash")


def _badly_signed() -> Iterator[Vector]:
    centre = Centre()
    good = centre.certify()
    unsigned = unsigned_credential(claim(), centre.office.issuer, SERIAL, STATUS_INDEX)
    proofs: Any = good.credential["proof"]

    def with_proofs(*chosen: Any) -> Bundle:
        return replace(good, credential={**good.credential, "proof": list(chosen)})

    yield _forged("no-proof", "no signature at all", Step.PROFILE, Code.PROOF_MISSING, with_proofs())
    yield _forged("missing-second-proof", "only the first signature", Step.PROFILE, Code.PROOF_MISSING, with_proofs(proofs[0]))
    yield _forged("missing-first-proof", "only the second signature", Step.PROFILE, Code.PROOF_MISSING, with_proofs(proofs[1]))
    yield _forged(
        "first-proof-twice",
        "the first signature in both places",
        Step.PROFILE,
        Code.PROOF_MISSING,
        with_proofs(proofs[0], proofs[0]),
    )
    yield _forged(
        "proofs-swapped",
        "both signatures in the wrong order",
        Step.PROFILE,
        Code.PROOF_MISSING,
        with_proofs(proofs[1], proofs[0]),
    )
    yield _forged("third-proof", "a signature too many", Step.PROFILE, Code.PROOF_MISSING, with_proofs(*proofs, proofs[0]))

    other = Centre().sign(unsigned_credential(claim(points="60"), centre.office.issuer, SERIAL, STATUS_INDEX))
    others: Any = other["proof"]
    yield _forged(
        "second-proof-of-another",
        "the second signature belongs to another certificate",
        Step.SECOND_PROOF,
        Code.JCS_PROOF_INVALID,
        with_proofs(proofs[0], others[1]),
    )
    yield _forged(
        "first-proof-of-another",
        "the first signature belongs to another certificate",
        Step.FIRST_PROOF,
        Code.RDFC_PROOF_INVALID,
        with_proofs(others[0], proofs[1]),
    )

    thief = Centre()
    thief.office = replace(thief.office, credential_signers=(signer("key-2026-1", "a thief"),))
    yield _forged(
        "wrong-key",
        "signed by somebody else under the centre's key name",
        Step.FIRST_PROOF,
        Code.RDFC_PROOF_INVALID,
        thief.certify(),
    )
    renamed = Centre()
    renamed.office = replace(renamed.office, credential_signers=(signer("key-2031-1", "a key of later"),))
    yield _forged(
        "unknown-key",
        "signed with a key that the pinned document does not name",
        Step.ISSUER,
        Code.KEY_UNKNOWN,
        renamed.certify(),
    )
    logged = Centre()
    logged.office = replace(logged.office, credential_signers=logged.office.log_signers)
    yield _forged(
        "log-key-as-credential-key", "signed with the key of the log", Step.ISSUER, Code.KEY_UNKNOWN, logged.certify()
    )
    yield _forged(
        "unknown-issuer", "a centre that nobody has pinned", Step.ISSUER, Code.ISSUER_UNKNOWN, Centre("stranger").certify()
    )
    future = Centre().sign(unsigned, NOW + timedelta(hours=1))
    yield _forged(
        "signed-in-future", "signed an hour from now", Step.ISSUER, Code.SIGNED_IN_FUTURE, replace(good, credential=future)
    )


def _badly_logged() -> Iterator[Vector]:
    centre = Centre()
    good = centre.certify()
    proof = good.log_proof
    path = proof.split("\n")[2]

    def fault(name: str, about: str, finding: Code, text: str) -> Vector:
        return _forged(name, about, Step.LOG, finding, replace(good, log_proof=text))

    yield fault("log-proof-of-another-leaf", "the proof of the entry before", Code.LOG_OTHER_ENTRY, centre.log_proof(1))
    yield fault("log-index", "the place in the log was changed", Code.LOG_OTHER_ENTRY, proof.replace("index 2", "index 1"))
    yield fault(
        "log-proof-cut",
        "the audit path was cut out",
        Code.LOG_OTHER_ENTRY,
        proof.replace("index 2\n" + proof.split("\n")[2], "index 2"),
    )
    yield fault("other-log", "the log of another centre", Code.LOG_UNKNOWN, Centre("stranger").certify().log_proof)
    forger = Centre()
    forger.office = replace(forger.office, log_signers=(signer("log-2026-1", "a thief"),))
    yield fault("log-signed-by-another", "a checkpoint that the log did not sign", Code.LOG_UNKNOWN, forger.certify().log_proof)
    yield fault(
        "checkpoint-changed",
        "the size in the checkpoint was changed",
        Code.LOG_UNKNOWN,
        proof.replace("/log\n3\n", "/log\n4\n"),
    )
    yield fault(
        "log-proof-another-spelling",
        "a hash of the path whose last character stands for the same bytes",
        Code.LOG_PROOF_UNREADABLE,
        proof.replace(path, f"{_respelt(path.removesuffix('='))}="),
    )
    yield fault(
        "log-signature-another-spelling",
        "a signature whose last character stands for the same bytes",
        Code.LOG_PROOF_UNREADABLE,
        f"{_respelt(proof.removesuffix('=' + chr(10)))}=\n",
    )
    yield fault("log-proof-missing", "no log proof", Code.LOG_PROOF_UNREADABLE, "")
    yield fault("log-proof-garbage", "something else in its place", Code.LOG_PROOF_UNREADABLE, "hello\n\nworld\n")
    yield fault(
        "log-proof-unsigned", "a checkpoint without a signature", Code.LOG_PROOF_UNREADABLE, proof.partition("\n— ")[0] + "\n"
    )
    yield _forged(
        "other-salt", "the salt of another certificate", Step.LOG, Code.LOG_OTHER_ENTRY, replace(good, salt=SALT[::-1])
    )
    elsewhere = Centre()
    unlogged = elsewhere.sign(unsigned_credential(claim(points="99"), elsewhere.office.issuer, SERIAL, STATUS_INDEX))
    yield _forged(
        "never-logged",
        "well signed, but another certificate is in the log",
        Step.LOG,
        Code.LOG_OTHER_ENTRY,
        replace(good, credential=unlogged),
    )


def _out_of_time() -> Iterator[Vector]:
    day = timedelta(days=1)
    yield _genuine("good", "nothing is wrong", Centre().certify(), None, Status.GOOD, Freshness.FRESH)
    yield _genuine(
        "good-until-tomorrow",
        "valid for a day more",
        Centre().certify(claim(valid_until=NOW + day)),
        None,
        Status.GOOD,
        Freshness.FRESH,
    )
    yield _genuine(
        "expired",
        "valid until now and no longer",
        Centre().certify(claim(awarded_at=NOW - day, valid_until=NOW), NOW - day),
        (Step.PERIOD, Code.EXPIRED),
        Status.EXPIRED,
        Freshness.FRESH,
    )
    yield _genuine(
        "not-yet-valid",
        "valid from tomorrow",
        Centre().certify(claim(awarded_at=NOW + day)),
        (Step.PERIOD, Code.NOT_YET_VALID),
        Status.NOT_YET_VALID,
        Freshness.FRESH,
    )


def _statuses() -> Iterator[Vector]:
    centre = Centre()
    good = centre.certify()
    fresh = {purpose: centre.status_list(purpose) for purpose in Purpose}

    def vector(name: str, about: str, lists: list[JsonObject], finding: Code, status: Status, freshness: Freshness) -> Vector:
        step = Step.FRESHNESS if finding in {Code.STATUS_STALE, Code.STATUS_FROM_FUTURE} else Step.STATUS
        return _genuine(name, about, replace(good, status=tuple(lists)), (step, finding), status, freshness)

    def unknown(name: str, about: str, lists: list[JsonObject], finding: Code) -> Vector:
        return vector(name, about, lists, finding, Status.NOT_CHECKED, Freshness.NOT_CHECKED)

    revoked = centre.status_list(REVOCATION, [STATUS_INDEX])
    suspended = centre.status_list(SUSPENSION, [STATUS_INDEX])
    yield vector(
        "revoked", "marked in the revocation list", [revoked, fresh[SUSPENSION]], Code.REVOKED, Status.REVOKED, Freshness.FRESH
    )
    yield vector(
        "suspended",
        "marked in the suspension list",
        [fresh[REVOCATION], suspended],
        Code.SUSPENDED,
        Status.SUSPENDED,
        Freshness.FRESH,
    )
    yield vector("revoked-and-suspended", "marked in both", [suspended, revoked], Code.REVOKED, Status.REVOKED, Freshness.FRESH)
    neighbours = [STATUS_INDEX - 1, STATUS_INDEX + 1, 0, ENTRIES_MIN - 1]
    yield _genuine(
        "neighbours-revoked",
        "those before and after it are marked, it is not",
        replace(good, status=(centre.status_list(REVOCATION, neighbours), fresh[SUSPENSION])),
        None,
        Status.GOOD,
        Freshness.FRESH,
    )
    old = NOW - SNAPSHOT_LIFETIME
    yield vector(
        "stale-list",
        "both lists ended a moment ago",
        [centre.status_list(REVOCATION, (), old), centre.status_list(SUSPENSION, (), old)],
        Code.STATUS_STALE,
        Status.GOOD,
        Freshness.STALE,
    )
    yield vector(
        "one-stale-list",
        "one of them did",
        [fresh[REVOCATION], centre.status_list(SUSPENSION, (), old)],
        Code.STATUS_STALE,
        Status.GOOD,
        Freshness.STALE,
    )
    yield vector(
        "stale-and-revoked",
        "an old list that marks it",
        [centre.status_list(REVOCATION, [STATUS_INDEX], old), fresh[SUSPENSION]],
        Code.REVOKED,
        Status.REVOKED,
        Freshness.STALE,
    )
    ahead = centre.sign({**_unsigned(centre.status_list(REVOCATION, (), NOW + timedelta(hours=1)))})
    yield vector(
        "list-from-future",
        "a list of an hour from now",
        [ahead, fresh[SUSPENSION]],
        Code.STATUS_FROM_FUTURE,
        Status.GOOD,
        Freshness.NOT_CHECKED,
    )
    yield _genuine(
        "newer-list-wins",
        "suspended yesterday, reinstated today",
        replace(
            good,
            status=(
                fresh[REVOCATION],
                centre.status_list(SUSPENSION, [STATUS_INDEX], NOW - timedelta(days=1)),
                fresh[SUSPENSION],
            ),
        ),
        None,
        Status.GOOD,
        Freshness.FRESH,
    )
    yield unknown("no-lists", "no status list", [], Code.STATUS_LIST_MISSING)
    yield unknown("no-suspension-list", "only the revocation list", [fresh[REVOCATION]], Code.STATUS_LIST_MISSING)
    stranger = Centre("stranger")
    yield unknown(
        "other-issuers-list",
        "the list of another centre",
        [stranger.status_list(REVOCATION), fresh[SUSPENSION]],
        Code.STATUS_LIST_OTHER,
    )
    forged: Any = {**fresh[REVOCATION], "validUntil": "2036-11-23T09:30:00Z"}
    yield unknown("forged-list", "a list whose end was moved", [forged, fresh[SUSPENSION]], Code.STATUS_LIST_FORGED)
    unsigned: Any = _unsigned(fresh[REVOCATION])
    yield unknown("unsigned-list", "a list without signatures", [unsigned, fresh[SUSPENSION]], Code.STATUS_LIST_UNREADABLE)
    yield unknown(
        "list-is-something-else", "an object that is no list", [{"a": "b"}, fresh[SUSPENSION]], Code.STATUS_LIST_UNREADABLE
    )
    shapeless: Any = copy.deepcopy(fresh[REVOCATION])
    shapeless["credentialSubject"]["statusPurpose"] = []
    yield unknown(
        "list-purpose-is-an-array", "a purpose that is no word", [shapeless, fresh[SUSPENSION]], Code.STATUS_LIST_UNREADABLE
    )
    tiny = centre.status_list(REVOCATION, (), NOW, ENTRIES_MIN // 2)
    yield unknown("small-list", "a list too small for privacy", [tiny, fresh[SUSPENSION]], Code.STATUS_LIST_UNREADABLE)
    relabelled: Any = centre.sign({**_unsigned(fresh[SUSPENSION]), "id": f"{centre.office.issuer.url}/status/revocation"})
    yield unknown(
        "relabelled-list",
        "the suspension list at the address of the other",
        [fresh[REVOCATION], relabelled],
        Code.STATUS_LIST_OTHER,
    )

    far = unsigned_credential(claim(), centre.office.issuer, SERIAL, ENTRIES_MIN + 5)
    beyond = Centre()
    short = beyond.bundle(beyond.sign(far), far)
    yield _genuine(
        "list-too-short",
        "the list ends before this certificate",
        short,
        (Step.STATUS, Code.STATUS_LIST_TOO_SHORT),
        Status.NOT_CHECKED,
        Freshness.FRESH,
    )


def _codes() -> Iterator[Vector]:
    """The two codes on paper. They bring no status list, so the best that they can be is signed, or authentic."""
    centre = Centre()
    good = centre.certify()
    url, name, sign = centre.office.issuer.url, centre.office.signer.name, centre.office.signer.sign
    compact, proof = compact_claims(good.credential), read_proof(good.log_proof)
    binding = binding_of(good.salt, canonical(_unsigned(good.credential)))
    cose = sign_claims(compact, binding, proof.index, name, sign)

    def vector(
        data: str, name: str, about: str, found: tuple[Step, Code] | None, authentic: Authentic, status: Status | None = None
    ) -> Vector:
        step, finding = found or (None, None)
        answers = authentic, status or Status.NOT_CHECKED, Freshness.NOT_CHECKED
        return Vector(name, about, step, finding, *answers, data.encode())

    def refused(name: str, about: str, finding: Code, data: str, step: Step = Step.READ) -> Vector:
        unchecked = step is Step.READ or finding is Code.ISSUER_UNKNOWN
        return vector(data, name, about, (step, finding), Authentic.NOT_CHECKED if unchecked else Authentic.NO)

    front, second = front_url(url, cose), second_code(cose, proof)
    yield vector(front, "code-front", "nothing is wrong, but it shows neither log nor status", None, Authentic.SIGNED)
    yield vector(second, "code-second", "nothing is wrong, but it shows no status", None, Authentic.YES)
    yield refused("code-front-cut", "the end is missing", Code.CODE_UNREADABLE, front[:-10])
    yield refused("code-second-cut", "the end is missing", Code.CODE_UNREADABLE, second[:-10])
    yield refused(
        "code-front-other-address",
        "an address of somebody else",
        Code.CODE_UNREADABLE,
        front_url("https://other.example", cose),
    )
    yield refused(
        "code-front-another-spelling",
        "a last character that stands for the same bytes",
        Code.CODE_UNREADABLE,
        _respelt(front),
    )
    yield refused("code-front-not-cbor", "an address with something else in it", Code.CODE_UNREADABLE, front_url(url, b"hello"))
    padded = cbor2.dumps(cbor2.CBORTag(18, [*cbor2.loads(cose).value, "more"]))
    yield refused("code-front-extra-part", "a fifth part", Code.CODE_UNREADABLE, front_url(url, padded))
    loose = cbor2.loads(cose).value
    headed = cbor2.dumps(cbor2.CBORTag(18, [loose[0], {4: b"key-2031-1"}, *loose[2:]]))
    yield refused("code-front-unsigned-header", "a header outside the signature", Code.CODE_UNREADABLE, front_url(url, headed))
    longer = sign_claims(cbor2.dumps(cbor2.loads(compact) | {99: "expert"}, canonical=True), binding, proof.index, name, sign)
    yield refused("code-front-unknown-claim", "a claim that codes do not have", Code.CODE_UNREADABLE, front_url(url, longer))

    def claims_of(points: str = "87.5", holder: str = "Айгерім Сәтбаева") -> bytes:
        return write_compact(replace(read_compact(compact), points=points, holder_name=holder))

    raised = cbor2.dumps(cbor2.CBORTag(18, [loose[0], {}, claims_of(points="97.5"), loose[3]]))
    yield refused(
        "code-front-changed-score", "the score was raised", Code.SIGNATURE_INVALID, front_url(url, raised), Step.SECOND_PROOF
    )
    thief = sign_claims(compact, binding, proof.index, name, signer(name, "a thief").sign)
    yield refused(
        "code-front-wrong-key",
        "signed by somebody else under the centre's key name",
        Code.SIGNATURE_INVALID,
        front_url(url, thief),
        Step.SECOND_PROOF,
    )
    later = sign_claims(compact, binding, proof.index, "key-2031-1", sign)
    yield refused(
        "code-front-unknown-key", "a key that nobody has pinned", Code.KEY_UNKNOWN, front_url(url, later), Step.ISSUER
    )
    turned = sign_claims(claims_of(holder="abc\u202edef"), binding, proof.index, name, sign)
    yield refused(
        "code-front-hidden-direction",
        "a name that turns the direction of writing",
        Code.BAD_VALUE,
        front_url(url, turned),
        Step.PROFILE,
    )
    stranger = Centre("stranger")
    others = write_compact(replace(read_compact(compact), issuer_url=stranger.office.issuer.url))
    foreign = sign_claims(others, binding, 2, name, stranger.office.signer.sign)
    yield refused(
        "code-front-unknown-issuer",
        "a centre that nobody has pinned",
        Code.ISSUER_UNKNOWN,
        front_url(stranger.office.issuer.url, foreign),
        Step.ISSUER,
    )
    unlogged = sign_claims(claims_of(points="99"), binding, proof.index, name, sign)
    yield refused(
        "code-second-never-logged",
        "well signed, but another certificate is in the log",
        Code.LOG_OTHER_ENTRY,
        second_code(unlogged, proof),
        Step.LOG,
    )
    unbound = sign_claims(compact, binding[::-1], proof.index, name, sign)
    yield refused(
        "code-second-other-binding",
        "well signed, but bound to another file",
        Code.LOG_OTHER_ENTRY,
        second_code(unbound, proof),
        Step.LOG,
    )
    elsewhere = replace(proof, checkpoint=read_proof(stranger.log_proof(1)).checkpoint)
    yield refused(
        "code-second-other-log", "the log of another centre", Code.LOG_UNKNOWN, second_code(cose, elsewhere), Step.LOG
    )
    over = Centre()
    ended = over.certify(claim(awarded_at=NOW - timedelta(days=1), valid_until=NOW), NOW - timedelta(days=1))
    codes = as_handed_over(Kept.QR, make_carriers(over.office, ended)[Kept.QR], ended)
    for name_of, code, authentic in zip(("front", "second"), codes, (Authentic.SIGNED, Authentic.YES), strict=True):
        yield vector(
            code.decode(),
            f"code-{name_of}-expired",
            "valid until now and no longer",
            (Step.PERIOD, Code.EXPIRED),
            authentic,
            Status.EXPIRED,
        )


def _respelt(text: str) -> str:
    """The same bytes in another spelling of base64 (either alphabet): the last character has bits that mean nothing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + ("+/" if text[-1] in "+/" else "-_")
    return text[:-1] + letters[letters.index(text[-1]) ^ 1]


def _tokens() -> Iterator[Vector]:
    """JSON Web Tokens."""
    centre = Centre()
    good = centre.certify()
    unsigned = _unsigned(good.credential)
    method, sign = centre.office.document_method, centre.office.document_signer.sign
    token = write_token(unsigned, method, sign)
    header, payload, signature = token.split(".")

    def vector(name: str, about: str, found: tuple[Step, Code] | None, authentic: Authentic, text: str) -> Vector:
        step, finding = found or (None, None)
        return Vector(name, about, step, finding, authentic, Status.NOT_CHECKED, Freshness.NOT_CHECKED, text.encode())

    def unreadable(name: str, about: str, text: str, finding: Code = Code.JWT_UNREADABLE) -> Vector:
        return vector(name, about, (Step.READ, finding), Authentic.NOT_CHECKED, text)

    def refused(name: str, about: str, step: Step, finding: Code, text: str) -> Vector:
        return vector(name, about, (step, finding), Authentic.NO, text)

    def with_header(**changes: object) -> str:
        return f"{_base64url({'alg': 'ES256', 'kid': method, 'typ': 'JWT', **changes})}.{payload}.{signature}"

    def signed(claims: dict[str, Any]) -> str:
        body = f"{header}.{_base64url(claims)}"
        return f"{body}.{base64.urlsafe_b64encode(sign(body.encode())).rstrip(b'=').decode()}"

    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    yield vector("token", "nothing is wrong, but it shows neither log nor status", None, Authentic.SIGNED, token)
    yield unreadable("token-cut", "the end is missing", token[:-10])
    yield unreadable("token-unsigned", "no signature", f"{header}.{payload}.")
    yield unreadable("token-algorithm-none", "it says that it needs no signature", with_header(alg="none"))
    yield unreadable("token-algorithm-hs256", "the public key as a password", with_header(alg="HS256"))
    yield unreadable("token-brings-its-key", "the key to check it with is in it", with_header(jwk={"kty": "EC"}))
    yield unreadable("token-points-to-keys", "the address of keys is in it", with_header(jku="https://elsewhere.example/jwks"))
    yield unreadable(
        "token-other-issuer", "its issuer is not the credential's", signed({**claims, "iss": "did:web:other.example"})
    )
    yield unreadable("token-later-end", "it ends, its credential does not", signed({**claims, "exp": 2_000_000_000}))
    yield unreadable("token-another-spelling", "a last character that stands for the same bytes", _respelt(token))
    twice = base64.urlsafe_b64encode(b'{"iss":"did:web:other.example",' + canonical(claims)[1:]).rstrip(b"=").decode()
    yield unreadable("token-issuer-twice", "two issuers", f"{header}.{twice}.{signature}", Code.DUPLICATE_MEMBER)
    yield refused(
        "token-unknown-member",
        "a word that no context defines",
        Step.PROFILE,
        Code.UNKNOWN_MEMBER,
        signed({**claims, "level": "expert"}),
    )
    yield refused(
        "token-wrong-context",
        "the contexts in another order",
        Step.PROFILE,
        Code.WRONG_CONTEXT,
        signed({**claims, "@context": claims["@context"][::-1]}),
    )
    raised = copy.deepcopy(unsigned)
    raised_subject: Any = raised["credentialSubject"]
    raised_subject["result"][0]["value"] = "97.5"
    changed = write_token(raised, method, sign).split(".")[1]
    yield refused(
        "token-changed-score",
        "the score was raised",
        Step.SECOND_PROOF,
        Code.SIGNATURE_INVALID,
        f"{header}.{changed}.{signature}",
    )
    yield refused(
        "token-wrong-key",
        "signed by somebody else under the centre's key name",
        Step.SECOND_PROOF,
        Code.SIGNATURE_INVALID,
        write_token(unsigned, method, document_signer("document-2026-1", "a thief").sign),
    )
    yield refused(
        "token-credential-key",
        "signed with a key that is for files",
        Step.ISSUER,
        Code.KEY_UNKNOWN,
        write_token(unsigned, centre.office.verification_method, centre.office.signer.sign),
    )


def _base64url(value: Any) -> str:
    return base64.urlsafe_b64encode(canonical(value)).rstrip(b"=").decode()


def _unsigned(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "proof"}


def main() -> None:
    """Write all vectors and the trust file; remove those that are no longer described."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.vector"):
        path.unlink()
    for vector in vectors():
        path = FOLDER / f"{vector.name}.vector"
        assert not path.exists(), f"two vectors are named {vector.name}"
        path.write_bytes(vector.written())
    (FOLDER / "trust.json").write_bytes(Centre().key_document)
    from tests.vectors import families  # they are made with what is here

    families.write()


if __name__ == "__main__":
    main()
