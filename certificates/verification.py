"""How a stranger checks a certificate: nine steps, no network, no database, nothing trusted but the keys that he has pinned.

    1. read          the file is a bundle: size, encoding, JSON without doubles, all parts there
    2. profile       exact contexts, only known members, each with a possible value
    3. issuer        a pinned centre, two proofs in their order, keys that count
    4. first proof   eddsa-rdfc-2022: the meaning
    5. second proof  eddsa-jcs-2022: every byte
    6. log           the entry made from this certificate is in the log of that centre
    7. period        validFrom and validUntil
    8. status        both status lists are that centre's, and neither marks this certificate
    9. freshness     the lists speak for the present

Steps 1 to 6 answer "authentic", 7 and 8 "status", 9 "freshness". A failure in 1 to 6 ends the checking: what is not authentic
has no status. An unknown issuer is "not checked", not "not authentic": nothing was found against the file. "Not checked" is
never a yes.

The same function stands behind the web page, the API and the command line, and takes every carrier: what it is follows from its
bytes. A carrier that cannot show a step leaves it unchecked and says so: a code and a token have one signature (step 5) where
the file has two, the front code and the token say nothing of the log unless a proof is given beside them, and no carrier but
the file brings status lists. A PDF is the file attached to it, and step 5 asks for the seal over every byte as well; that its
pages say what is attached is shown by making them again (`certificates.carriers.typesetting`), which is not done here. What is
signed but not shown to be in the log is "signed", which is less than "authentic".
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

from certificates.bundle import read_bundle
from certificates.carriers.carrier import Carrier
from certificates.carriers.compact import compact_claims
from certificates.carriers.jwt import TOKEN_MAX_CHARS, is_token, read_token, token_holds
from certificates.carriers.pdf import MAGIC, Pdf, read_pdf, read_seal
from certificates.carriers.qr import (
    SECOND_CODE_PREFIX,
    TEXT_MAX_CHARS,
    SignedClaims,
    claims_hold,
    is_code,
    read_front,
    read_second,
)
from certificates.carriers.sd_jwt import holder_signed, is_sd_jwt, read_sd_jwt, signature_holds
from certificates.credential import Summary, certificate_url, summary, summary_of_compact
from certificates.data_integrity import Suite, proof_holds
from certificates.errors import Unreadable
from certificates.findings import Code, Step
from certificates.log.entry import binding_of, issue_entry
from certificates.log.proof import InclusionProof, write_proof
from certificates.profile import Fault, compact_faults, credential_faults, unsigned_faults
from certificates.report import Report
from certificates.steps.book import Book, Failed, Stopped
from certificates.steps.lasting import Shown, check_lasting
from certificates.steps.logged import check_carried, check_logged_beside, claimed_leaf, claimed_leaf_beside
from certificates.steps.signer import counting_key, counting_keys, pinned
from certificates.strict_json import JsonObject, canonical
from certificates.trust import Trust, TrustedIssuer, TrustedKey

_T = TypeVar("_T")

_PROOF_STEPS: Final = (
    (Step.FIRST_PROOF, Suite.RDFC, Code.RDFC_PROOF_INVALID),
    (Step.SECOND_PROOF, Suite.JCS, Code.JCS_PROOF_INVALID),
)


def verify(data: bytes, trust: Trust, now: datetime, newer_lists: Sequence[bytes] = (), log_proof: bytes = b"") -> Report:
    """Check the certificate `data`, in whatever carrier, against the pinned keys at the time `now`.

    `newer_lists` are status lists that the employer got himself; for each purpose the newest list counts. `log_proof` is the
    proof of the log entry as a file of its own, for a carrier that has none or whose own counts no more. Never raises for
    what is in the file; `ContextMissing` says that this installation is incomplete.
    """
    book = Book(now, carrier_of(data))
    try:
        match book.carrier:
            case Carrier.BUNDLE:
                shown = _check_bundle(book, data, log_proof, trust, now)
            case Carrier.PDF:
                shown = _check_pdf(book, data, log_proof, trust, now)
            case Carrier.JWT:
                shown = _check_token(book, data, log_proof, trust, now)
            case Carrier.SD_JWT:
                shown = _check_held(book, data, log_proof, trust, now)
            case _:
                shown = _check_code(book, data, log_proof, trust, now)
        book.certificate = shown.certificate
        check_lasting(book, shown, newer_lists, now)
    except Stopped:
        pass
    return book.report()


def carrier_of(data: bytes) -> Carrier:
    """Say what `data` is, from how it begins. What is nothing else is taken for a certificate file and refused as such."""
    if data.startswith(MAGIC):
        return Carrier.PDF
    begin = data[:TEXT_MAX_CHARS].decode("ascii", "replace")
    if begin.startswith(SECOND_CODE_PREFIX):
        return Carrier.SECOND_CODE
    if is_code(begin):
        return Carrier.QR
    if is_sd_jwt(begin):
        return Carrier.SD_JWT
    return Carrier.JWT if is_token(begin) else Carrier.BUNDLE


def _check_pdf(book: Book, data: bytes, log_proof: bytes, trust: Trust, now: datetime) -> Shown:
    pdf = book.must(Step.READ, read_pdf, data)
    return _check_bundle(book, pdf.bundle, log_proof, trust, now, pdf)


def _check_bundle(book: Book, data: bytes, log_proof: bytes, trust: Trust, now: datetime, pdf: Pdf | None = None) -> Shown:
    # 1. read
    bundle = book.must(Step.READ, read_bundle, data)
    # 2. profile
    book.must(Step.PROFILE, _refuse, credential_faults(bundle.credential))
    certificate = summary(bundle.credential)
    unsigned, proofs = _without_proofs(bundle.credential)
    # 3. issuer
    issuer = book.must(Step.ISSUER, pinned, certificate.issuer_did, trust)
    keys = book.must(Step.ISSUER, counting_keys, proofs, issuer, now, claimed_leaf(bundle.log_proof))
    # 4. first proof, 5. second proof
    written = canonical(unsigned)
    for (step, suite, finding), proof, key in zip(_PROOF_STEPS, proofs, keys, strict=True):
        holds = proof_holds(unsigned, proof, suite, key.public_key, written=written)
        book.must(step, _hold, holds, key, finding)
    if pdf is not None:
        book.must(Step.SECOND_PROOF, _check_seal, pdf, certificate, issuer, now)
    # 6. log
    entry = _entry_of(unsigned, written, bundle.salt)
    book.must(Step.LOG, check_carried, bundle.log_proof, log_proof, entry, certificate, issuer, now)
    return Shown(certificate, issuer, _status_index(unsigned), bundle.status)


def _check_token(book: Book, data: bytes, log_proof: bytes, trust: Trust, now: datetime) -> Shown:
    # 1. read
    token = book.must(Step.READ, _read_text, data, read_token)
    # 2. profile
    book.must(Step.PROFILE, _refuse, unsigned_faults(token.credential))
    certificate = summary(token.credential)
    # 3. issuer
    issuer = book.must(Step.ISSUER, pinned, certificate.issuer_did, trust)
    leaf_index = claimed_leaf_beside(log_proof)
    key = book.must(Step.ISSUER, counting_key, issuer.document_keys, token.method, certificate.awarded_at, now, leaf_index)
    # 4. first proof
    book.unshown(Step.FIRST_PROOF, Code.ONE_SIGNATURE)
    # 5. second proof: the token's own signature covers every byte
    book.must(Step.SECOND_PROOF, _hold, token_holds(token, key.public_key), key)
    # 6. log
    check_logged_beside(
        book, log_proof, lambda salt: _entry_of(token.credential, canonical(token.credential), salt), certificate, issuer, now
    )
    return Shown(certificate, issuer, _status_index(token.credential), None)


def _check_code(book: Book, data: bytes, log_proof: bytes, trust: Trust, now: datetime) -> Shown:
    # 1. read
    signed, proof = book.must(Step.READ, _read_text, data, _read_code)
    # 2. profile
    book.must(Step.PROFILE, _refuse, compact_faults(signed.claims))
    certificate = summary_of_compact(signed.claims)
    # 3. issuer
    issuer = book.must(Step.ISSUER, pinned, certificate.issuer_did, trust)
    leaf_index = claimed_leaf_beside(log_proof) if proof is None else proof.index
    key = book.must(Step.ISSUER, counting_key, issuer.credential_keys, signed.method, certificate.awarded_at, now, leaf_index)
    # 4. first proof
    book.unshown(Step.FIRST_PROOF, Code.ONE_SIGNATURE)
    # 5. second proof: the code's own signature covers every byte
    book.must(Step.SECOND_PROOF, _hold, claims_hold(signed, key.public_key), key)
    # 6. log
    entry = issue_entry(certificate_url(certificate), signed.compact, signed.binding)
    if proof is not None:
        book.must(Step.LOG, check_carried, write_proof(proof), log_proof, entry, certificate, issuer, now)
    else:
        check_logged_beside(book, log_proof, lambda _salt: entry, certificate, issuer, now)
    return Shown(certificate, issuer, signed.claims.status_index, None)


def _check_held(book: Book, data: bytes, log_proof: bytes, trust: Trust, now: datetime) -> Shown:
    # 1. read
    held = book.must(Step.READ, _read_text, data, read_sd_jwt)
    # 2. profile
    book.must(Step.PROFILE, _refuse, compact_faults(held.claims))
    certificate = _without_withheld(summary_of_compact(held.claims), held.shown)
    # 3. issuer
    issuer = book.must(Step.ISSUER, pinned, certificate.issuer_did, trust)
    # Whoever stole a key could name any entry: where it was logged counts only if all is shown that makes the entry.
    index = claimed_leaf_beside((held.log_proof or "").encode() or log_proof) if held.is_whole else None
    key = book.must(Step.ISSUER, counting_key, issuer.document_keys, held.method, certificate.awarded_at, now, index)
    if held.key_binding is not None:  # the entry says nothing of the holder's key: a thief could have put in his own
        book.must(Step.ISSUER, counting_key, issuer.document_keys, held.method, certificate.awarded_at, now, None)
    # 4. first proof
    book.unshown(Step.FIRST_PROOF, Code.ONE_SIGNATURE)
    # 5. second proof: the issuer's signature covers every byte that is shown, and the holder's what he shows
    book.must(Step.SECOND_PROOF, _hold, signature_holds(held, key.public_key) and holder_signed(held), key)
    # 6. log
    if not held.fits_its_entry:
        book.must(Step.LOG, _other_entry, held.entry)
    if held.log_proof is not None:
        book.must(Step.LOG, check_carried, held.log_proof, log_proof, held.entry, certificate, issuer, now)
    else:
        check_logged_beside(book, log_proof, lambda _salt: held.entry, certificate, issuer, now)
    return Shown(certificate, issuer, held.claims.status_index, None)


def _without_withheld(certificate: Summary, shown: frozenset[str]) -> Summary:
    """What the holder kept to himself is empty."""
    if "name" not in shown:
        certificate = replace(certificate, holder_name="")
    return certificate if "score" in shown else replace(certificate, points="", maximum="", required="")


def _other_entry(entry: bytes) -> None:
    raise Failed(Code.LOG_OTHER_ENTRY, entry.decode())


def _read_text(data: bytes, read: Callable[[str], _T]) -> _T:
    if len(data) > TOKEN_MAX_CHARS:
        raise Unreadable(Code.FILE_TOO_LARGE, f"{len(data)} bytes, at most {TOKEN_MAX_CHARS}")
    return read(data.decode("ascii", "replace").rstrip("\r\n"))  # an editor or a pipe ends a line of text


def _read_code(text: str) -> tuple[SignedClaims, InclusionProof | None]:
    return read_second(text) if text.startswith(SECOND_CODE_PREFIX) else (read_front(text), None)


def _without_proofs(credential: JsonObject) -> tuple[JsonObject, list[JsonObject]]:
    unsigned = dict(credential)
    proofs: Any = unsigned.pop("proof")  # the profile has seen that these are two objects
    return unsigned, proofs


def _hold(holds: bool, key: TrustedKey, finding: Code = Code.SIGNATURE_INVALID) -> None:
    if not holds:
        raise Failed(finding, key.method)


def _entry_of(unsigned: JsonObject, written: bytes, salt: bytes) -> bytes:
    return issue_entry(str(unsigned["id"]), compact_claims(unsigned), binding_of(salt, written))


def _status_index(credential: JsonObject) -> int:
    entry: Any = credential["credentialStatus"]
    return int(entry["statusListIndex"])


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Failed(faults[0].code, "; ".join(map(str, faults[:5])))


def _check_seal(pdf: Pdf, certificate: Summary, issuer: TrustedIssuer, now: datetime) -> None:
    """The seal covers every byte of the PDF, and a document key of the centre made it that counts."""
    signature = read_seal(pdf).signature
    method = next((key.method for key in issuer.document_keys.values() if signature.holds(key.public_key)), None)
    if method is None:
        raise Failed(Code.SEAL_OTHER, issuer.did)
    # The log knows the certificate and not its pages: whoever stole the key can seal other pages around an old one.
    counting_key(issuer.document_keys, method, certificate.awarded_at, now, leaf_index=None)
