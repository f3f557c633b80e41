"""What is laid before verifiers that others wrote: certificates of this minute, good ones and ones with one fault each.

A parcel is a folder with one file a document and `cases.json`, which every program under `node/`, `python/` and `go/` reads:

    [{"case": "fresh", "credential": "fresh.json",
      "site": {"https://centre-5f3a.example/.well-known/did.json": "did.json",
               "https://centre-5f3a.example/status/revocation": "revocation.json"}}, …]

`site` is all of the internet that a verifier gets to see. The centre has a new name, and so new keys, for every parcel.
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.bundle import Bundle, read_bundle, write_bundle
from certificates.carriers.compact import compact_claims
from certificates.carriers.jwt import write_token
from certificates.carriers.pdf import read_pdf, read_seal
from certificates.carriers.printed import Language, Print
from certificates.carriers.qr import front_url, second_code, sign_claims
from certificates.carriers.sd_jwt import holder_jwk, write_sd_jwt
from certificates.carriers.sealing import embed, open_sealer, seal
from certificates.carriers.typesetting import edition, render
from certificates.chain import Organisation, certify, make_root, write_chain
from certificates.issuer import key_set
from certificates.keys import Office
from certificates.log.entry import binding_of, issue_entry
from certificates.log.note import SignatureType, key_id
from certificates.log.proof import read_proof
from certificates.status_list import Purpose
from certificates.strict_json import JsonObject, canonical, read_object
from certificates.timestamp import read_timestamp
from certificates.trust import read_trust
from tests.certificates.centre import STATUS_INDEX, Centre, claim, document_signer, p256, signer

WITH_STATUS: Final = frozenset({"json", "jwt"})
"""Carriers that name a status list, so that a verifier can find them marked."""

OWN_KEYS: Final = frozenset({"proof", "entry", "pdf"})
"""Carriers whose verifier is told the key beside the parcel, whatever a site shows."""


@dataclass(frozen=True, slots=True)
class Case:
    """One certificate in several carriers, and what of the centre's site can be seen beside it.

    `fault` is None for one that must be accepted. `files` has the bytes by carrier: `json`, `proof`, …
    """

    name: str
    fault: str | None
    files: Mapping[str, bytes]
    site: Mapping[str, bytes]
    facts: Mapping[str, str] = field(default_factory=dict[str, str])

    def written(self, folder: Path) -> dict[str, Any]:
        """Put the case into the folder and describe it for a program."""
        names: dict[str, str] = {}
        for carrier, data in self.files.items():
            names[carrier] = f"{self.name}.{carrier}"
            (folder / names[carrier]).write_bytes(data)
        site: dict[str, str] = {}
        for place, (url, data) in enumerate(self.site.items()):
            site[url] = f"{self.name}.site-{place}"
            (folder / site[url]).write_bytes(data)
        return {"case": self.name, **names, "site": site, **self.facts}


@dataclass(frozen=True, slots=True)
class Parcel:
    """A folder of cases."""

    folder: Path
    cases: tuple[Case, ...]

    def with_carrier(self, carrier: str) -> list[Case]:
        """The cases that have this carrier."""
        return [case for case in self.cases if carrier in case.files]


def pack(folder: Path, demo: Path | None = None) -> Parcel:
    """Make a parcel in `folder`, with the certificates that a demo left in the folder `demo`."""
    cases = (*_cases(f"centre-{secrets.token_hex(4)}", datetime.now(UTC)), *_of_demo(demo))
    (folder / "cases.json").write_text(json.dumps([case.written(folder) for case in cases], ensure_ascii=False), "utf-8")
    return Parcel(folder, cases)


def _cases(name: str, now: datetime) -> list[Case]:
    centre = _with_chain(Centre(name), name, now)
    wanted = claim(awarded_at=now)
    good = centre.certify(wanted, now)
    lists = {purpose: centre.status_list(purpose, (), now) for purpose in Purpose}
    site = _site(centre.office, lists)
    carriers = _carriers(good, centre)
    root = write_chain(centre.office.document_certificates[-1:])

    def case(name: str, fault: str | None, files: Mapping[str, bytes], seen: Mapping[str, bytes] = site) -> Case:
        return Case(name, fault, {**files, "root": root}, seen, _facts(centre))

    def altered(name: str, fault: str, change: Callable[[Any], object]) -> Case:
        return case(name, fault, _altered(good, carriers, change, now))

    thief = _with_chain(Centre(name), f"{name}, a thief", now)
    thief.office = replace(
        thief.office,
        credential_signers=(signer(thief.office.signer.name, "a thief"),),
        log_signers=(signer(thief.office.log_signer.name, "a thief of logs"),),
    )
    # Some verifiers keep a key document that they have seen, so the site that shows another one is of a centre of its own.
    other = Centre(f"{name}-b")
    others_lists = {purpose: other.status_list(purpose, (), now) for purpose in Purpose}
    others_site = _site(
        replace(
            other.office,
            credential_signers=thief.office.credential_signers,
            document_signers=thief.office.document_signers,
        ),
        others_lists,
    )
    others = {name: data for name, data in _carriers(other.certify(wanted, now), other).items() if name not in OWN_KEYS}
    marked = {**lists, Purpose.REVOCATION: centre.status_list(Purpose.REVOCATION, [STATUS_INDEX], now)}
    return [
        case("fresh", None, carriers),
        altered("changed-score", "the score was raised", lambda it: it["credentialSubject"]["result"][0].update(value="97.5")),
        altered("changed-date", "the date was moved", lambda it: it.update(validFrom="2025-11-23T09:30:00Z")),
        case(
            "other-key",
            "signed and logged by somebody else in the same name",
            _carriers(thief.certify(wanted, now), thief),
        ),
        replace(case("other-keys-published", "the site shows another key", others, others_site), facts=_facts(other)),
        case(
            "revoked",
            "the revocation list marks it",
            {name: data for name, data in carriers.items() if name in WITH_STATUS},
            _site(centre.office, marked),
        ),
    ]


def _facts(centre: Centre) -> dict[str, str]:
    return _facts_of(canonical(centre.office.key_document()))


def _facts_of(key_document: bytes) -> dict[str, str]:
    """What a verifier is told beside the parcel: who issues, and the log's key in the form of Go."""
    issuer = read_trust(key_document)
    origin, key = str(issuer.log_origin), issuer.log_keys[-1].public_key
    number = key_id(origin, SignatureType.ED25519, key).hex()
    written = base64.b64encode(bytes([SignatureType.ED25519]) + key).decode()
    return {"issuer": issuer.did, "vkey": f"{origin}+{number}+{written}"}


def _with_chain(centre: Centre, seed: str, now: datetime) -> Centre:
    """Give a centre a document key with certificates of this minute."""
    document = document_signer(centre.office.document_signer.name, f"{seed}: seals")
    root = make_root(Organisation(centre.office.issuer.name, "KZ"), now, p256(f"{seed}: root"))
    chain = certify(root, document.name, document.public_key, now)
    centre.office = replace(centre.office, document_signers=(document,), document_certificates=chain)
    return centre


def _carriers(bundle: Bundle, centre: Centre) -> dict[str, bytes]:
    """One certificate in every carrier, signed by the keys of `centre`."""
    unsigned = _unsigned(bundle.credential)
    office, claims = centre.office, compact_claims(unsigned)
    binding = binding_of(bundle.salt, canonical(unsigned))
    cose = sign_claims(claims, binding, read_proof(bundle.log_proof).index, office.signer.name, office.signer.sign)
    front = front_url(office.issuer.url, cose)
    printed = Print(Language.KAZAKH, edition(), front, second_code(cose, read_proof(bundle.log_proof)))
    sealer = open_sealer(office.document_signer, office.document_certificates)
    return {
        "json": canonical(bundle.credential),
        "jwt": write_token(unsigned, office.document_method, office.document_signer.sign).encode(),
        "qr": front.encode(),
        "sd_jwt": write_sd_jwt(
            unsigned,
            bundle.salt,
            read_proof(bundle.log_proof),
            holder_jwk(document_signer("wallet", "a wallet").public_key),
            office.document_method,
            office.document_signer.sign,
        ).encode(),
        "pdf": seal(render(write_bundle(bundle), printed), sealer, bundle.credential),
        "proof": bundle.log_proof.encode(),
        "entry": issue_entry(str(unsigned["id"]), claims, binding),
    }


def _altered(good: Bundle, carriers: Mapping[str, bytes], change: Callable[[Any], object], now: datetime) -> dict[str, bytes]:
    """The same carriers after somebody without a key has changed what they say and left their signatures."""
    credential: Any = json.loads(canonical(good.credential))
    change(credential)
    unsigned = _unsigned(credential)
    claims = compact_claims(unsigned)
    header, payload, signature = carriers["jwt"].decode().split(".")
    changed: Any = json.loads(_decode(payload))
    changed.update(unsigned)
    changed["nbf"] = int(read_timestamp(credential["validFrom"]).timestamp())
    address, _path, cose = carriers["qr"].decode().partition("#")
    code: Any = cbor2.loads(_decode(cose))
    protected, unprotected, _claims, seal = code.value
    code = cbor2.CBORTag(code.tag, [protected, unprotected, claims, seal])
    entry = issue_entry(credential["id"], claims, binding_of(good.salt, canonical(unsigned)))
    pdf = read_pdf(carriers["pdf"])
    old = read_seal(pdf)
    pages = render(write_bundle(replace(good, credential=credential)), pdf.print)
    return {
        "json": canonical(credential),
        "jwt": f"{header}.{_encode(canonical(changed))}.{signature}".encode(),
        "qr": f"{address}#{_encode(cbor2.dumps(code))}".encode(),
        "sd_jwt": _altered_sd_jwt(carriers["sd_jwt"].decode(), credential).encode(),
        "pdf": embed(pages, old.bytes_reserved, now, lambda _digest: old.cms),
        "proof": carriers["proof"],
        "entry": entry,
    }


def _altered_sd_jwt(text: str, credential: Any) -> str:
    token, *disclosures, end = text.split("~")
    header, payload, signature = token.split(".")
    claims: Any = json.loads(_decode(payload))
    claims["nbf"] = int(read_timestamp(credential["validFrom"]).timestamp())
    shown: list[Any] = [json.loads(_decode(disclosure)) for disclosure in disclosures]
    for disclosure in shown:
        if disclosure[1] == "score":
            disclosure[2][0] = credential["credentialSubject"]["result"][0]["value"]
    return "~".join((f"{header}.{_encode(canonical(claims))}.{signature}", *(_encode(canonical(one)) for one in shown), end))


def _unsigned(credential: JsonObject) -> JsonObject:
    return {name: value for name, value in credential.items() if name != "proof"}


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _of_demo(folder: Path | None) -> list[Case]:
    """The certificates of a demo, whose lists must still speak for the present."""
    if folder is None or not (folder / "trust.json").is_file():
        return []
    document = (folder / "trust.json").read_bytes()
    did = str(read_object(document)["id"])
    found: list[Case] = []
    for path in sorted(folder.glob("*-*-*.json")):
        bundle = read_bundle(path.read_bytes())
        issuer: Any = bundle.credential["issuer"]
        lists: dict[Purpose, JsonObject] = {Purpose(_subject(entry)["statusPurpose"]): entry for entry in bundle.status}
        if issuer["id"] == did and all(
            str(entry["validUntil"]) > f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" for entry in lists.values()
        ):
            site = _shown(issuer["url"], document, lists)
            found.append(Case(f"demo-{path.stem}", None, _left_by_demo(path, bundle, document), site, _facts_of(document)))
    return found


def _left_by_demo(path: Path, bundle: Bundle, key_document: bytes) -> dict[str, bytes]:
    """The carriers that a stranger can download, and what their verifiers are told beside them."""
    unsigned = _unsigned(bundle.credential)
    keys = read_trust(key_document).document_keys.values()
    root = x509.load_der_x509_certificate([key.chain[-1] for key in keys if key.chain][-1])
    pdf = path.with_suffix(".ru.pdf").read_bytes()
    return {
        "json": canonical(bundle.credential),
        "jwt": path.with_suffix(".jwt").read_bytes(),
        "pdf": pdf,
        "qr": read_pdf(pdf).print.front.encode(),
        "root": root.public_bytes(Encoding.PEM),
        "proof": path.with_suffix(".tlog-proof").read_bytes(),
        "entry": issue_entry(str(unsigned["id"]), compact_claims(unsigned), binding_of(bundle.salt, canonical(unsigned))),
    }


def _subject(document: Any) -> Any:
    return document["credentialSubject"]


def _site(office: Office, lists: Mapping[Purpose, JsonObject]) -> dict[str, bytes]:
    return _shown(office.issuer.url, canonical(office.key_document()), lists)


def _shown(url: str, key_document: bytes, lists: Mapping[Purpose, JsonObject]) -> dict[str, bytes]:
    # A did:web resolver asks https, whatever the centre's own address says.
    well_known = "https://" + url.partition("://")[2] + "/.well-known"
    keys = {
        f"{well_known}/did.json": key_document,
        f"{well_known}/jwks.json": canonical(key_set(read_object(key_document))),
    }
    return keys | {f"{url}/status/{purpose}": canonical(found) for purpose, found in lists.items()}
