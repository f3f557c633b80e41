"""The check in the visitor's browser finds in every file what the one in Python finds: same step, same finding, same answers.

All files go through one page load; what differs is listed file by file.
"""

import base64
import copy
import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from playwright.async_api import Browser

from certificates.bundle import write_bundle
from certificates.carriers.compact import compact_claims
from certificates.carriers.jwt import write_token
from certificates.carriers.pdf import read_pdf
from certificates.carriers.printed import Language
from certificates.carriers.qr import front_url, second_code, sign_claims
from certificates.carriers.sd_jwt import holder_jwk, write_sd_jwt
from certificates.issuer import with_witnesses
from certificates.jwk import encode
from certificates.log.cosignature import WitnessKey, cosign
from certificates.log.entry import binding_of
from certificates.log.note import SignatureType, read_note, write_note
from certificates.log.policy import WitnessPolicy
from certificates.log.proof import read_proof, with_extra, write_proof
from certificates.report import Report
from certificates.status_list import ENTRIES_MIN, SNAPSHOT_LIFETIME, Purpose, encode_list, encode_numbers, unsigned_list
from certificates.strict_json import Json, canonical
from certificates.timestamp import write_timestamp
from certificates.trust import CLOCK_SKEW, Trust, read_trust
from certificates.verification import verify
from tests.certificates.centre import NOW, SALT, STATUS_INDEX, Centre, claim, document_signer
from tests.certificates.centre import signer as log_signer
from tests.certificates.printed import printed
from tests.certificates.test_vectors import PATHS
from tests.fixtures.browser import tab
from tests.fixtures.web import Site
from tests.vectors.families import families
from tests.vectors.make import FOLDER, read_vector

pytestmark = pytest.mark.browser

Case = tuple[bytes, bytes, float, tuple[bytes, ...], bytes]
"""What is checked, key document, time in seconds, newer lists, proof of the log entry as a file."""

VERIFY_ALL = """async ([verifier, cases]) => {
  const { verify, trustIn } = await import(verifier);
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const found = [];
  for (const [file, keys, seconds, lists, proof] of cases) {
    const report = await verify(bytes(file), trustIn([bytes(keys)]), seconds * 1000, lists.map(bytes), bytes(proof));
    const said = report.certificate;
    const certificate = said && { ...said, assurance: Object.fromEntries(said.assurance) };
    const steps = report.steps.map((checked) => [checked.outcome, checked.finding ?? null]);
    const failure = report.failure && [report.failure.step, report.failure.finding];
    const { carrier, verified, authentic, status, freshness, statusAsOf, reason } = report;
    found.push([carrier, verified, authentic, status, freshness, statusAsOf, certificate, reason, failure, steps]);
  }
  return found;
}"""


def told(report: Report) -> list[Any]:
    failure = report.failure
    return [
        str(report.carrier),
        report.verified,
        str(report.authentic),
        str(report.status),
        str(report.freshness),
        report.status_as_of and write_timestamp(report.status_as_of),
        report.as_json()["certificate"],
        report.reason and str(report.reason),
        failure and [str(failure.step), str(failure.finding)],
        [[str(checked.outcome), checked.finding and str(checked.finding)] for checked in report.steps],
    ]


def cases() -> Iterator[tuple[str, Case]]:
    keys = (FOLDER / "trust.json").read_bytes()
    now = NOW.timestamp()
    centre = Centre()
    good = write_bundle(centre.certify())
    yield "made now", (good, keys, now, (), b"")  # the first, because it needs every part of the verifier
    for path in PATHS:
        yield path.stem, (read_vector(path).data, keys, now, (), b"")
    for family in families():
        for path in sorted(family.folder.glob("*.vector")):
            yield f"{family.name}: {path.stem}", (read_vector(path).data, family.trust, now, (), b"")
    yield "no trust in it", (good, Centre("stranger").key_document, now, (), b"")
    yield "too large", (b"[" * (1024 * 1024 + 1), keys, now, (), b"")
    yield "clock a little behind", (good, keys, (NOW - CLOCK_SKEW).timestamp(), (), b"")
    yield "clock far behind", (good, keys, (NOW - CLOCK_SKEW - timedelta(seconds=1)).timestamp(), (), b"")
    for name, members in {
        "key revoked": {"revoked": write_timestamp(NOW)},
        "key revoked later": {"revoked": write_timestamp(NOW + timedelta(days=1))},
        "key expired": {"expires": write_timestamp(NOW)},
        "key expires later": {"expires": write_timestamp(NOW + timedelta(minutes=1))},
    }.items():
        document: Any = json.loads(keys)
        document["verificationMethod"][0].update(members)
        yield name, (good, canonical(document), now, (), b"")
    later = NOW + SNAPSHOT_LIFETIME + timedelta(days=1)
    fresh = (
        canonical(centre.status_list(Purpose.REVOCATION, (), later)),
        canonical(centre.status_list(Purpose.SUSPENSION, (), later)),
    )
    revoked = canonical(centre.status_list(Purpose.REVOCATION, [STATUS_INDEX], later))
    yield "old lists", (good, keys, later.timestamp(), (), b"")
    yield "newer lists", (good, keys, later.timestamp(), fresh, b"")
    yield "one newer list", (good, keys, later.timestamp(), fresh[:1], b"")
    yield "newer list revokes", (good, keys, later.timestamp(), (revoked, fresh[1]), b"")
    yield "newer list is none", (good, keys, now, (b"{}",), b"")
    yield "newer list is not JSON", (good, keys, now, (b"not json",), b"")
    foreign = canonical(Centre("stranger").status_list(Purpose.REVOCATION))
    yield "newer list of another", (good, keys, now, (foreign,), b"")
    yield from ((name, (data, keys, now, (), b"")) for name, data in odd_texts(good))
    yield from carried(keys, now)
    yield from held(keys, now)
    yield from listed(keys, now)
    yield from witnessed(now)
    yield from on_paper(keys, now)
    yield from proven_anew(now)
    yield from ((name, (data, keys, now, (), b"")) for name, data in altered(json.loads(good)))


def carried(keys: bytes, now: float) -> Iterator[tuple[str, Case]]:
    """The same certificate as a token and as codes, whole and with a fault."""
    centre = Centre()
    lists = canonical(centre.status_list(Purpose.REVOCATION)), canonical(centre.status_list(Purpose.SUSPENSION))
    marked = canonical(centre.status_list(Purpose.REVOCATION, [STATUS_INDEX])), lists[1]
    bundle = centre.certify(claim(valid_until=NOW + timedelta(days=365)))
    unsigned = {name: value for name, value in bundle.credential.items() if name != "proof"}
    document, signer = centre.office.document_signer, centre.office.signer
    token = write_token(unsigned, f"{centre.office.issuer.did}#{document.name}", document.sign).encode()
    binding = binding_of(SALT, canonical(unsigned))
    proof = read_proof(bundle.log_proof)
    cose = sign_claims(compact_claims(unsigned), binding, proof.index, signer.name, signer.sign)
    front, second = front_url(centre.office.issuer.url, cose).encode(), second_code(cose, proof).encode()
    beside = with_extra(bundle.log_proof, SALT).encode()
    for name, data in {"token": token, "front code": front, "second code": second}.items():
        yield name, (data, keys, now, (), b"")
        yield f"{name}, lists", (data + b"\n", keys, now, lists, b"")
        yield f"{name}, revoked", (data, keys, now, marked, b"")
        yield f"{name}, log proof", (data, keys, now, lists, beside)
        yield f"{name}, log proof without a salt", (data, keys, now, lists, bundle.log_proof.encode())
        yield f"{name}, another log proof", (data, keys, now, lists, with_extra(centre.log_proof(1), SALT).encode())
        yield f"{name}, garbage as log proof", (data, keys, now, lists, b"\xff\n")
        yield f"{name}, much later", (data, keys, now + 2 * 365 * 86_400, lists, b"")
        yield f"{name}, stranger", (data, Centre("stranger").key_document, now, lists, b"")
        yield f"{name}, too long", (data + b"A" * 65_536, keys, now, (), b"")
        for place in range(0, len(data), max(1, len(data) // 16)):
            changed = bytearray(data)
            changed[place] = ord("B") if changed[place] == ord("A") else ord("A")
            yield f"{name}, changed at {place}", (bytes(changed), keys, now, lists, b"")
            yield f"{name}, cut at {place}", (data[:place], keys, now, lists, b"")
    for name, index, by in (
        ("key of another", 2, "key-2031-1"),
        ("key of the log", 2, "log-2026-1"),
        ("other index", 1, signer.name),
    ):
        other = sign_claims(compact_claims(unsigned), binding, index, by, signer.sign)
        yield f"code, {name}", (front_url(centre.office.issuer.url, other).encode(), keys, now, lists, beside)
        yield f"second code, {name}", (second_code(other, proof).encode(), keys, now, lists, b"")
    yield "code at another address", (front_url("https://elsewhere.example", cose).encode(), keys, now, lists, b"")
    thief = document_signer("document-2026-1", "a thief")
    yield "token of a thief", (
        write_token(unsigned, f"{centre.office.issuer.did}#{thief.name}", thief.sign).encode(), keys, now, lists, b""
    )  # fmt: skip
    yield "token by the wrong key", (
        write_token(unsigned, f"{centre.office.issuer.did}#{signer.name}", document.sign).encode(), keys, now, lists, b""
    )  # fmt: skip


def held(keys: bytes, now: float) -> Iterator[tuple[str, Case]]:
    """What a wallet shows: everything, less, and what it may not."""
    centre = Centre()
    lists = canonical(centre.status_list(Purpose.REVOCATION)), canonical(centre.status_list(Purpose.SUSPENSION))
    bundle = centre.certify()
    unsigned = {name: value for name, value in bundle.credential.items() if name != "proof"}
    document, holder = centre.office.document_signer, document_signer("holder", "a holder")
    method, proof = f"{centre.office.issuer.did}#{document.name}", read_proof(bundle.log_proof)
    whole = write_sd_jwt(unsigned, SALT, proof, holder_jwk(holder.public_key), method, document.sign)
    token, name, score, binding, log_proof, _end = whole.split("~")
    known: Any = json.loads(keys)
    (withdrawing,) = [one for one in known["verificationMethod"] if one["id"] == method]
    withdrawing.update({"revoked": write_timestamp(NOW), "revokedFromLogIndex": proof.index + 1})
    withdrawn = canonical(known)
    shown = {
        "all": [name, score, binding, log_proof],
        "no name": [score, binding, log_proof],
        "no score": [name, binding, log_proof],
        "log proof alone": [log_proof],
        "nothing": [],
        "no log proof": [name, score, binding],
        "name twice": [name, name],
        "what was not signed": [name[:-2] + "AA"],
        "another order": [log_proof, binding, score, name],
    }
    for words, disclosures in shown.items():
        text = "~".join([token, *disclosures, ""])
        yield f"held, {words}", (text.encode(), keys, now, lists, b"")
        yield f"held, {words}, under a withdrawn key", (text.encode(), withdrawn, now, lists, b"")
        yield f"held, {words}, proof beside", (text.encode(), keys, now, (), bundle.log_proof.encode())
        said: Json = {"sd_hash": encode(hashlib.sha256(text.encode()).digest()), "nonce": "n", "aud": "employer", "iat": 1}
        for by, signer in (("the holder", holder), ("a thief", document)):
            parts: list[Json] = [{"alg": "ES256", "typ": "kb+jwt"}, said]
            signed = ".".join(encode(canonical(part)) for part in parts)
            bound = f"{text}{signed}.{encode(signer.sign(signed.encode()))}"
            yield f"held, {words}, bound by {by}", (bound.encode(), keys, now, lists, b"")
            yield f"held, {words}, bound by {by} under a withdrawn key", (bound.encode(), withdrawn, now, lists, b"")
    for place in range(0, len(whole), len(whole) // 24):
        changed = whole[:place] + ("B" if whole[place] != "B" else "C") + whole[place + 1 :]
        yield f"held, changed at {place}", (changed.encode(), keys, now, lists, b"")
        yield f"held, cut at {place}", (whole[:place].encode(), keys, now, lists, b"")


def listed(keys: bytes, now: float) -> Iterator[tuple[str, Case]]:
    """Status lists as tokens, and the list of reasons."""
    centre = Centre()
    good = write_bundle(centre.certify())
    issuer, document = centre.office.issuer, centre.office.document_signer
    method = f"{issuer.did}#{document.name}"

    def token(purpose: Purpose, encoded: str, by: str = method) -> bytes:
        return write_token(unsigned_list(issuer, purpose, encoded, NOW + timedelta(seconds=1)), by, document.sign).encode()

    marked, empty = encode_list(ENTRIES_MIN, [STATUS_INDEX]), encode_list(ENTRIES_MIN, [])
    reasons = {number: encode_numbers(ENTRIES_MIN, {STATUS_INDEX: number, STATUS_INDEX + 1: 7}) for number in (0, 3, 9, 15)}
    revoked = token(Purpose.REVOCATION, marked)
    yield "lists as tokens", (good, keys, now, (token(Purpose.REVOCATION, empty), token(Purpose.SUSPENSION, empty)), b"")
    yield "a list as a token revokes", (good, keys, now, (revoked,), b"")
    yield (
        "a list as a token of another key",
        (good, keys, now, (token(Purpose.REVOCATION, empty, f"{issuer.did}#key-2026-1"),), b""),
    )
    yield "a list as a token, changed", (good, keys, now, (revoked[:-8] + b"AAAAAAAA",), b"")
    for number, encoded in reasons.items():
        told_why = token(Purpose.MESSAGE, encoded)
        yield f"reason {number}", (good, keys, now, (revoked, told_why), b"")
        yield f"reason {number} of what is good", (good, keys, now, (told_why,), b"")
    yield "reasons in too many bits", (good, keys, now, (token(Purpose.MESSAGE, encode_list(8 * ENTRIES_MIN, [1])),), b"")


def witnessed(now: float) -> Iterator[tuple[str, Case]]:
    """Key documents that ask for witnesses, with and without them; and a log that signs with ML-DSA-44 too."""
    centre = Centre()
    bundle = centre.certify()
    proof = read_proof(bundle.log_proof)
    note = read_note(proof.checkpoint)
    classic = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
    quantum = MLDSA44PrivateKey.from_seed_bytes(bytes([2] * 32))
    one = WitnessKey("witness.example/w1", SignatureType.ED25519_COSIGNATURE, classic.public_key().public_bytes_raw())
    two = WitnessKey("witness.example/w2", SignatureType.ML_DSA_44_COSIGNATURE, quantum.public_key().public_bytes_raw())
    own = WitnessKey(centre.office.issuer.log_origin, SignatureType.ML_DSA_44_COSIGNATURE, two.public_key)
    lines = {
        "first": cosign(note, one, classic.sign, NOW),
        "second": cosign(note, two, quantum.sign, NOW),
        "the log's own": cosign(note, own, quantum.sign, datetime.fromtimestamp(0, UTC)),
        "a false second": cosign(note, two, lambda data: quantum.sign(data + b"!"), NOW),
        "a false one of the log": cosign(note, own, lambda data: quantum.sign(data + b"!"), NOW),
    }
    document = centre.office.key_document()
    asking = with_witnesses(document, [own], WitnessPolicy((one, two), 2))
    for names in (("first",), ("first", "second"), ("second", "the log's own"), ("first", "a false second"), (), tuple(lines)):
        cosigned = write_note(note.with_signatures([lines[name] for name in names]))
        data = write_bundle(bundle.with_log_proof(write_proof(replace(proof, checkpoint=cosigned))))
        for wanted, policy in (("two", (one, two)), ("one", (one,)), ("none", ())):
            keys = with_witnesses(document, [own], WitnessPolicy(policy, len(policy)))
            yield f"witnesses {names}, {wanted} wanted", (data, canonical(keys), now, (), b"")
    later = with_witnesses(document, [], WitnessPolicy((one,), 1, proof.index + 1))
    yield "witnesses wanted from later on", (write_bundle(bundle), canonical(later), now, (), b"")
    yield "witnesses wanted, none there", (write_bundle(bundle), canonical(asking), now, (), b"")


def proven_anew(now: float) -> Iterator[tuple[str, Case]]:
    """The log's first key was withdrawn: what is proven under it alone, and with a proof under the next one beside it."""
    centre = Centre()
    bundle = centre.certify()
    old, unsigned = read_proof(bundle.log_proof), {k: v for k, v in bundle.credential.items() if k != "proof"}
    centre.office = replace(
        centre.office, log_signers=(*centre.office.log_signers, log_signer("log-2026-2", "the next log key"))
    )
    other = centre.log([b"somebody's entry after it"])
    newer, others = centre.log_proof(old.index), centre.log_proof(other)
    known: Any = centre.office.key_document()
    (withdrawing,) = [one for one in known["verificationMethod"] if one["id"].endswith("#log-2026-1")]
    withdrawing["revoked"] = write_timestamp(NOW)
    keys = canonical(known)
    wanting = canonical({**known, "witnesses": [STRANGER.text], "witnessQuorum": 1})
    document, holder = centre.office.document_signer, document_signer("holder", "a holder")
    cose = sign_claims(
        compact_claims(unsigned),
        binding_of(SALT, canonical(unsigned)),
        old.index,
        centre.office.signer.name,
        centre.office.signer.sign,
    )
    method = f"{centre.office.issuer.did}#{document.name}"
    shown = write_sd_jwt(unsigned, SALT, old, holder_jwk(holder.public_key), method, document.sign)
    carriers = {
        "file": write_bundle(bundle),
        "newer file": write_bundle(bundle.with_log_proof(newer)),
        "second code": second_code(cose, old).encode(),
        "held": shown.encode(),
        "PDF": printed(Language.ENGLISH),
    }
    beside = {
        "none": "",
        "newer": newer,
        "newer with its salt": with_extra(newer, SALT),
        "old": bundle.log_proof,
        "of another": others,
        "of another place": newer.replace(f"index {old.index}", f"index {other}"),
        "no proof": "nothing",
    }
    for carrier, data in carriers.items():
        for name, proof in beside.items():
            yield f"{carrier} of a withdrawn log key, proof beside: {name}", (data, keys, now, (), proof.encode())
            yield f"{carrier} of a withdrawn log key, witness wanted, {name}", (data, wanting, now, (), proof.encode())


def on_paper(keys: bytes, now: float) -> Iterator[tuple[str, Case]]:
    """The sealed PDF, and what people and programs do to one."""
    good = printed(Language.ENGLISH)
    unsealed = read_pdf(good).unsealed_bytes
    yield "PDF", (good, keys, now, (), b"")
    yield "PDF in Kazakh", (printed(Language.KAZAKH), keys, now, (), b"")
    yield "PDF sealed by another", (printed(Language.ENGLISH, sealed_by="stranger"), keys, now, (), b"")
    yield "PDF of another", (good, Centre("stranger").key_document, now, (), b"")
    yield "PDF without its seal", (good[:unsealed], keys, now, (), b"")
    yield "PDF with more behind it", (good + b"\n", keys, now, (), b"")
    yield "PDF with more behind its end", (good + b"% more\n", keys, now, (), b"")
    yield "PDF of which the end was lost", (good[: len(good) // 2], keys, now, (), b"")
    yield "PDF that is too large", (good + b" " * (1024 * 1024), keys, now, (), b"")
    for place in range(40, len(good), len(good) // 40):
        changed = bytearray(good)
        changed[place] ^= 1
        yield f"PDF changed at {place}", (bytes(changed), keys, now, (), b"")
    for name, old, new in (
        ("another attachment", b"certificate.sarap.json", b"certificate.sarap.jsox"),
        ("no range", b"/ByteRange [0", b"/ByteRangX [0"),
        ("a shorter range", b"/ByteRange [0 ", b"/ByteRange [1 "),
        ("another root", b"/Root ", b"/Toor "),
    ):
        yield f"PDF with {name}", (good.replace(old, new), keys, now, (), b"")


STRANGER = WitnessKey(
    "witness.example/w1",
    SignatureType.ED25519_COSIGNATURE,
    Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)).public_key().public_bytes_raw(),
)


ODD_TEXTS = (
    '{"format":01}', '{"format":-0}', '{"format":1e0}', '{"a":"\t"}', '{"a":"\\x"}', "{'a':1}", '{"a":1,}', "[1,]", "nul",
    '{"a":"\\ud83d\\ude00"}', '{"a":"\\ude00\\ud83d"}', '{"a":{"b":1,"b":2},"c":x}', '{"a":[{"b":1,"b":2}', '{"__proto__":1}',
    '{"format":"sarap-certificate/1","__proto__":{}}', '{"constructor":{}}', '"', '"\\', '{"a":"]]]]"}', "\u00a0{}", "Infinity",
    '{"a":-Infinity}', '{"format":"sarap-certificate/"}', '{"credentialSubject":1}', '{"a":9007199254740991}',
    '{"a":-9007199254740992}', "true",
)  # fmt: skip


def odd_texts(good: bytes) -> Iterator[tuple[str, bytes]]:
    """What parsers disagree about."""
    spaced = json.dumps(json.loads(good), indent=1, ensure_ascii=True).encode()
    yield "spaces and escapes", spaced
    yield "after the end", good + b" x"
    yield "vertical tab around", b"\x0b" + good
    for text in ODD_TEXTS:
        yield f"text {text}", text.encode()
    yield "surrogates in UTF-8", b'{"a":"\xed\xa0\x80"}'
    yield "overlong UTF-8", b'{"a":"\xc0\xaf"}'


def places(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    match value:
        case dict():
            for name, part in value.items():
                yield from places(part, (*path, name))
        case list():
            for place, part in enumerate(value):
                yield from places(part, (*path, place))
        case _:
            pass


def altered(good: Any) -> Iterator[tuple[str, bytes]]:
    """The good file with the value at every place of it taken out or replaced by something else, by turns of another kind."""
    kinds: Any = (("null", None), ("word", "something else"), ("object", {}), ("number", 7), ("array", []))
    replacements = itertools.cycle(kinds)
    for path in places(good):
        if not path or path[:2] == ("status", 1):
            continue
        for change, value in (("gone", None), next(replacements)):
            document = copy.deepcopy(good)
            place = document
            for name in path[:-1]:
                place = place[name]
            if change == "gone":
                del place[path[-1]]
            else:
                place[path[-1]] = value
            yield f"{'.'.join(map(str, path))} {change}", json.dumps(document).encode()


async def test_the_browser_finds_what_python_finds(module_site: Site, browser: Browser) -> None:
    wanted = dict(cases())
    packed = [
        [
            base64.b64encode(data).decode(),
            base64.b64encode(keys).decode(),
            at,
            [base64.b64encode(one).decode() for one in lists],
            base64.b64encode(proof).decode(),
        ]
        for data, keys, at, lists, proof in wanted.values()
    ]
    async with tab(browser, module_site) as page:
        await page.goto("/")
        # These need every part of the verifier: from here on nothing is loaded.
        first = [case for name, case in zip(wanted, packed, strict=True) if name == "made now" or name.startswith("witnes")]
        await page.evaluate(VERIFY_ALL, ["/static/build/verifier.js", first])
        await page.context.set_offline(True)
        found = await page.evaluate(VERIFY_ALL, ["/static/build/verifier.js", packed])
    expected = {
        name: told(verify(data, trusting(keys), moment(at), lists, proof))
        for name, (data, keys, at, lists, proof) in wanted.items()
    }
    differences = {
        name: (python, browsers) for (name, python), browsers in zip(expected.items(), found, strict=True) if python != browsers
    }
    assert differences == {}, "\n".join(f"{name}: Python {one}, browser {other}" for name, (one, other) in differences.items())
    assert len(found) == len(wanted) > len(PATHS) >= 60


def trusting(keys: bytes) -> Trust:
    issuer = read_trust(keys)
    return {issuer.did: issuer}


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
