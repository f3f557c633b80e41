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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, ParamSpec, TypeVar

from certificates.bundle import Bundle, read_bundle
from certificates.carriers.carrier import Carrier
from certificates.carriers.compact import compact_claims
from certificates.carriers.jwt import TOKEN_MAX_CHARS, Token, is_token, read_token, token_holds
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
from certificates.findings import Authentic, Code, Freshness, Status, Step
from certificates.issuer import log_origin
from certificates.log.checkpoint import checkpoint_is_signed, read_checkpoint
from certificates.log.cosignature import has_false_line
from certificates.log.entry import binding_of, issue_entry
from certificates.log.note import read_note
from certificates.log.proof import InclusionProof, proves, read_proof, split_extra, write_proof
from certificates.profile import (
    Fault,
    compact_faults,
    credential_faults,
    status_list_faults,
    unsigned_faults,
    unsigned_list_faults,
)
from certificates.reasons import NUMBER_BITS, Reason, reason_of
from certificates.report import Checked, Outcome, Report
from certificates.status_list import NEEDED, Purpose, decode_list, is_marked, number_at
from certificates.strict_json import JsonObject, canonical, read_object
from certificates.timestamp import read_timestamp, write_timestamp
from certificates.trust import CLOCK_SKEW, Trust, TrustedIssuer, TrustedKey

REMEMBERED_MAX: Final = 8
"""Status lists and checkpoints that were checked already and are not checked again: files that are checked together mostly
carry the same ones. A list takes up to two megabytes."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Stopped(Exception):
    pass


class _Failed(Exception):
    def __init__(self, finding: Code, detail: str = "") -> None:
        super().__init__(finding)
        self.finding = finding
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the steps up to the log have shown, and where the status is found."""

    certificate: Summary
    issuer: TrustedIssuer
    status_index: int
    lists: tuple[JsonObject, ...] | None
    """the lists that came with it; None: this carrier brings none"""


@dataclass(frozen=True, slots=True)
class _StatusList:
    bits: bytes
    valid_from: datetime
    valid_until: datetime


def verify(data: bytes, trust: Trust, now: datetime, newer_lists: Sequence[bytes] = (), log_proof: bytes = b"") -> Report:
    """Check the certificate `data`, in whatever carrier, against the pinned keys at the time `now`.

    `newer_lists` are status lists that the employer got himself; for each purpose the newest list counts. `log_proof` is the
    proof of the log entry as a file of its own, for a carrier that has none. Never raises for what is in the file;
    `ContextMissing` says that this installation is incomplete.
    """
    book = _Book(now, carrier_of(data))
    try:
        match book.carrier:
            case Carrier.BUNDLE:
                shown = _check_bundle(book, data, trust, now)
            case Carrier.PDF:
                shown = _check_pdf(book, data, trust, now)
            case Carrier.JWT:
                shown = _check_token(book, data, log_proof, trust, now)
            case Carrier.SD_JWT:
                shown = _check_held(book, data, log_proof, trust, now)
            case _:
                shown = _check_code(book, data, log_proof, trust, now)
        book.certificate = shown.certificate
        _check_standing(book, shown, newer_lists, now)
    except _Stopped:
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


def _check_pdf(book: "_Book", data: bytes, trust: Trust, now: datetime) -> _Shown:
    pdf = book.must(Step.READ, read_pdf, data)
    return _check_bundle(book, pdf.bundle, trust, now, pdf)


def _check_bundle(book: "_Book", data: bytes, trust: Trust, now: datetime, pdf: Pdf | None = None) -> _Shown:
    # 1. read
    bundle = book.must(Step.READ, read_bundle, data)
    # 2. profile
    book.must(Step.PROFILE, _check_profile, bundle.credential)
    certificate = summary(bundle.credential)
    # 3. issuer
    issuer = book.must(Step.ISSUER, _trusted_issuer, bundle, certificate.issuer_did, trust, now)
    written = canonical(_unsigned(bundle.credential))
    # 4. first proof
    book.must(Step.FIRST_PROOF, _check_proof, bundle.credential, written, Suite.RDFC, issuer, Code.RDFC_PROOF_INVALID)
    # 5. second proof
    book.must(Step.SECOND_PROOF, _check_proof, bundle.credential, written, Suite.JCS, issuer, Code.JCS_PROOF_INVALID)
    if pdf is not None:
        book.must(Step.SECOND_PROOF, _check_seal, pdf, certificate, issuer, now)
    # 6. log
    entry = _entry_of(_unsigned(bundle.credential), written, bundle.salt)
    book.must(Step.LOG, _check_log, bundle.log_proof, entry, certificate, issuer, now)
    return _Shown(certificate, issuer, _status_index(bundle.credential), bundle.status)


def _check_token(book: "_Book", data: bytes, log_proof: bytes, trust: Trust, now: datetime) -> _Shown:
    # 1. read
    token = book.must(Step.READ, _read_text, data, read_token)
    # 2. profile
    book.must(Step.PROFILE, _refuse, unsigned_faults(token.credential))
    certificate = summary(token.credential)
    # 3. issuer
    issuer = book.must(Step.ISSUER, _pinned, certificate.issuer_did, trust)
    key = book.must(Step.ISSUER, _key, issuer.document_keys, token.method, certificate.awarded_at, now, _leaf_beside(log_proof))
    # 4. first proof
    book.unshown(Step.FIRST_PROOF, Code.ONE_SIGNATURE)
    # 5. second proof: the token's own signature covers every byte
    book.must(Step.SECOND_PROOF, _hold, token_holds(token, key.public_key), key)
    # 6. log
    _check_log_beside(
        book, log_proof, lambda salt: _entry_of(token.credential, canonical(token.credential), salt), certificate, issuer, now
    )
    return _Shown(certificate, issuer, _status_index(token.credential), None)


def _check_code(book: "_Book", data: bytes, log_proof: bytes, trust: Trust, now: datetime) -> _Shown:
    # 1. read
    signed, proof = book.must(Step.READ, _read_text, data, _read_code)
    # 2. profile
    book.must(Step.PROFILE, _refuse, compact_faults(signed.claims))
    certificate = summary_of_compact(signed.claims)
    # 3. issuer
    issuer = book.must(Step.ISSUER, _pinned, certificate.issuer_did, trust)
    leaf_index = _leaf_beside(log_proof) if proof is None else proof.index
    key = book.must(Step.ISSUER, _key, issuer.credential_keys, signed.method, certificate.awarded_at, now, leaf_index)
    # 4. first proof
    book.unshown(Step.FIRST_PROOF, Code.ONE_SIGNATURE)
    # 5. second proof: the code's own signature covers every byte
    book.must(Step.SECOND_PROOF, _hold, claims_hold(signed, key.public_key), key)
    # 6. log
    entry = issue_entry(certificate_url(certificate), signed.compact, signed.binding)
    if proof is not None:
        book.must(Step.LOG, _check_log, write_proof(proof), entry, certificate, issuer, now)
    else:
        _check_log_beside(book, log_proof, lambda _salt: entry, certificate, issuer, now)
    return _Shown(certificate, issuer, signed.claims.status_index, None)


def _check_held(book: "_Book", data: bytes, log_proof: bytes, trust: Trust, now: datetime) -> _Shown:
    # 1. read
    held = book.must(Step.READ, _read_text, data, read_sd_jwt)
    # 2. profile
    book.must(Step.PROFILE, _refuse, compact_faults(held.claims))
    certificate = _without_withheld(summary_of_compact(held.claims), held.shown)
    # 3. issuer
    issuer = book.must(Step.ISSUER, _pinned, certificate.issuer_did, trust)
    # Whoever stole a key could name any entry: where it was logged counts only if all is shown that makes the entry.
    index = _leaf_beside((held.log_proof or "").encode() or log_proof) if held.is_whole else None
    key = book.must(Step.ISSUER, _key, issuer.document_keys, held.method, certificate.awarded_at, now, index)
    if held.key_binding is not None:  # the entry says nothing of the holder's key: a thief could have put in his own
        book.must(Step.ISSUER, _key, issuer.document_keys, held.method, certificate.awarded_at, now, None)
    # 4. first proof
    book.unshown(Step.FIRST_PROOF, Code.ONE_SIGNATURE)
    # 5. second proof: the issuer's signature covers every byte that is shown, and the holder's what he shows
    book.must(Step.SECOND_PROOF, _hold, signature_holds(held, key.public_key) and holder_signed(held), key)
    # 6. log
    if not held.fits_its_entry:
        book.must(Step.LOG, _other_entry, held.entry)
    if held.log_proof is not None:
        book.must(Step.LOG, _check_log, held.log_proof, held.entry, certificate, issuer, now)
    else:
        _check_log_beside(book, log_proof, lambda _salt: held.entry, certificate, issuer, now)
    return _Shown(certificate, issuer, held.claims.status_index, None)


def _without_withheld(certificate: Summary, shown: frozenset[str]) -> Summary:
    """What the holder kept to himself is empty."""
    if "name" not in shown:
        certificate = replace(certificate, holder_name="")
    return certificate if "score" in shown else replace(certificate, points="", maximum="", required="")


def _other_entry(entry: bytes) -> None:
    raise _Failed(Code.LOG_OTHER_ENTRY, entry.decode())


def _check_log_beside(
    book: "_Book",
    log_proof: bytes,
    entry: Callable[[bytes], bytes],
    certificate: Summary,
    issuer: TrustedIssuer,
    now: datetime,
) -> None:
    if not log_proof:
        book.unshown(Step.LOG, Code.LOG_NOT_SHOWN)
        return
    proof, salt = book.must(Step.LOG, _read_proof_file, log_proof)
    book.must(Step.LOG, _check_log, proof, entry(salt), certificate, issuer, now)


def _check_standing(book: "_Book", shown: _Shown, newer_lists: Sequence[bytes], now: datetime) -> None:
    # 7. period
    book.may(Step.PERIOD, _check_period, shown.certificate, now)
    if shown.lists is None and not newer_lists:
        book.unshown(Step.STATUS, Code.STATUS_NOT_SHOWN)
        return
    # 8. status
    lists = book.must(Step.STATUS, _status_lists, shown, newer_lists, now)
    messages = lists.pop(Purpose.MESSAGE, None)
    book.lists = lists
    book.reason = _reason(messages, shown.status_index)
    book.may(Step.STATUS, _check_marks, shown.status_index, lists)
    # 9. freshness
    book.may(Step.FRESHNESS, _check_freshness, lists, now)


def _read_text(data: bytes, read: Callable[[str], _T]) -> _T:
    if len(data) > TOKEN_MAX_CHARS:
        raise Unreadable(Code.FILE_TOO_LARGE, f"{len(data)} bytes, at most {TOKEN_MAX_CHARS}")
    return read(data.decode("ascii", "replace").rstrip("\r\n"))  # an editor or a pipe ends a line of text


def _read_code(text: str) -> tuple[SignedClaims, InclusionProof | None]:
    return read_second(text) if text.startswith(SECOND_CODE_PREFIX) else (read_front(text), None)


def _read_proof_file(data: bytes) -> tuple[str, bytes]:
    try:
        proof, extra = split_extra(data.decode())
    except ValueError as error:
        raise _Failed(Code.LOG_PROOF_UNREADABLE, str(error)) from error
    return proof, extra


def _hold(holds: bool, key: TrustedKey) -> None:
    if not holds:
        raise _Failed(Code.SIGNATURE_INVALID, key.method)


def _entry_of(unsigned: JsonObject, written: bytes, salt: bytes) -> bytes:
    return issue_entry(str(unsigned["id"]), compact_claims(unsigned), binding_of(salt, written))


def _status_index(credential: JsonObject) -> int:
    entry: Any = credential["credentialStatus"]
    return int(entry["statusListIndex"])


def _check_profile(credential: JsonObject) -> None:
    _refuse(credential_faults(credential))


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise _Failed(faults[0].code, "; ".join(map(str, faults[:5])))


def _trusted_issuer(bundle: Bundle, did: str, trust: Trust, now: datetime) -> TrustedIssuer:
    issuer = _pinned(did, trust)
    leaf_index = _claimed_leaf(bundle.log_proof)
    for proof in _proofs(bundle.credential):
        _check_key(proof, issuer, now, leaf_index)
    return issuer


def _claimed_leaf(written: str) -> int | None:
    """Where in the log the certificate says it is. Step 6 checks that, so that a lie here helps nobody."""
    try:
        return read_proof(written).index
    except ValueError:
        return None


def _leaf_beside(log_proof: bytes) -> int | None:
    try:
        return _claimed_leaf(split_extra(log_proof.decode())[0])
    except ValueError:
        return None


def _pinned(did: str, trust: Trust) -> TrustedIssuer:
    issuer = trust.get(did)
    if issuer is None:
        raise _Failed(Code.ISSUER_UNKNOWN, did)
    return issuer


def _check_key(proof: JsonObject, issuer: TrustedIssuer, now: datetime, leaf_index: int | None) -> None:
    created = read_timestamp(str(proof["created"]))
    _key(issuer.credential_keys, str(proof["verificationMethod"]), created, now, leaf_index)


def _key(keys: Mapping[str, TrustedKey], method: str, created: datetime, now: datetime, leaf_index: int | None) -> TrustedKey:
    """Which key, and whether it counts for a signature of that time over something at that place in the log."""
    key = keys.get(method)
    if key is None:
        raise _Failed(Code.KEY_UNKNOWN, method)
    refusal = key.refusal(created, now, leaf_index)
    if refusal is not None:
        raise _Failed(refusal, write_timestamp(created) if refusal is Code.SIGNED_IN_FUTURE else method)
    return key


def _check_proof(credential: JsonObject, written: bytes, suite: Suite, issuer: TrustedIssuer, finding: Code) -> None:
    proof = _proofs(credential)[list(Suite).index(suite)]
    key = issuer.credential_keys[str(proof["verificationMethod"])]
    if not proof_holds(_unsigned(credential), proof, suite, key.public_key, written=written):
        raise _Failed(finding, key.method)


def _check_seal(pdf: Pdf, certificate: Summary, issuer: TrustedIssuer, now: datetime) -> None:
    """The seal covers every byte of the PDF, and a document key of the centre made it that counts."""
    signature = read_seal(pdf).signature
    method = next((key.method for key in issuer.document_keys.values() if signature.holds(key.public_key)), None)
    if method is None:
        raise _Failed(Code.SEAL_OTHER, issuer.did)
    # The log knows the certificate and not its pages: whoever stole the key can seal other pages around an old one.
    _key(issuer.document_keys, method, certificate.awarded_at, now, None)


def _check_log(written: str, entry: bytes, certificate: Summary, issuer: TrustedIssuer, now: datetime) -> None:
    try:
        proof = read_proof(written)
        checkpoint = read_checkpoint(proof.checkpoint)
    except ValueError as error:
        raise _Failed(Code.LOG_PROOF_UNREADABLE, str(error)) from error
    keys = tuple(key.public_key for key in issuer.log_keys if key.revoked is None or key.revoked > now + CLOCK_SKEW)
    note = read_note(proof.checkpoint)
    if not _checkpoint_is_signed(proof.checkpoint, log_origin(certificate.issuer_url), keys):
        raise _Failed(Code.LOG_UNKNOWN, checkpoint.origin[:100])
    if has_false_line(note, issuer.log_cosigners):
        raise _Failed(Code.LOG_UNKNOWN, f"{checkpoint.origin[:100]}: ML-DSA-44")
    if not proves(proof, entry, checkpoint.size, checkpoint.root):
        raise _Failed(Code.LOG_OTHER_ENTRY, f"leaf {proof.index}")
    if not issuer.witnesses.is_met(note, proof.index):
        names = ", ".join(issuer.witnesses.cosigned_by(note)) or "none"
        raise _Failed(Code.WITNESSES_TOO_FEW, f"{names}; {issuer.witnesses.quorum} are wanted")


def _check_period(certificate: Summary, now: datetime) -> None:
    if certificate.awarded_at > now + CLOCK_SKEW:
        raise _Failed(Code.NOT_YET_VALID)
    if certificate.valid_until is not None and certificate.valid_until <= now:
        raise _Failed(Code.EXPIRED)


def _status_lists(shown: _Shown, newer_lists: Sequence[bytes], now: datetime) -> dict[Purpose, _StatusList]:
    """The newest list of each purpose. Every list that was given must be right: a forged one is never just passed over."""
    newest: dict[Purpose, _StatusList] = {}
    withdrawn: set[str] = set()
    for document in (*(shown.lists or ()), *map(_read_list, newer_lists)):
        purpose, found = _status_list(document, shown.certificate.issuer_url, shown.issuer, now)
        if found is None:
            withdrawn.add(purpose)  # whoever stole the key can have made it: it says nothing, and another may say something
        elif purpose not in newest or found.valid_from > newest[purpose].valid_from:
            newest[purpose] = found
    for purpose in NEEDED:
        if purpose not in newest:
            raise _Failed(Code.STATUS_LIST_KEY_REVOKED if purpose in withdrawn else Code.STATUS_LIST_MISSING, purpose)
    return newest


def _read_list(data: bytes) -> JsonObject | Token:
    """A list as it is published: with its two proofs, or as a JWT."""
    try:
        text = data.decode("ascii", "replace").strip()
        return read_token(text) if is_token(text) else read_object(data)
    except Unreadable as error:
        raise _Failed(Code.STATUS_LIST_UNREADABLE, str(error)) from error


def _status_list(
    source: JsonObject | Token, issuer_url: str, issuer: TrustedIssuer, now: datetime
) -> tuple[Purpose, _StatusList | None]:
    """Read a list and check it; None in its place if the key that signed it was withdrawn since."""
    document: Any = source.credential if isinstance(source, Token) else source
    if faults := unsigned_list_faults(document) if isinstance(source, Token) else _list_faults(canonical(document)):
        raise _Failed(Code.STATUS_LIST_UNREADABLE, str(faults[0]))
    subject = document["credentialSubject"]
    purpose = Purpose(subject["statusPurpose"])
    if document["issuer"] != issuer.did or document["id"] != f"{issuer_url}/status/{purpose}":
        raise _Failed(Code.STATUS_LIST_OTHER, str(document["id"]))
    begins = read_timestamp(document["validFrom"])
    try:
        _check_list_signed(source, purpose, begins, issuer, now)
    except _Failed as refused:
        if refused.finding is Code.KEY_REVOKED:
            return purpose, None
        raise
    try:
        bits = _decode_list(subject["encodedList"], NUMBER_BITS if purpose is Purpose.MESSAGE else 1)
    except ValueError as error:
        raise _Failed(Code.STATUS_LIST_UNREADABLE, str(error)) from error
    return purpose, _StatusList(bits, begins, read_timestamp(document["validUntil"]))


def _check_list_signed(
    source: JsonObject | Token, purpose: Purpose, begins: datetime, issuer: TrustedIssuer, now: datetime
) -> None:
    """A list stands in no log, so that no leaf can tell a list from before the theft of a key."""
    if isinstance(source, Token):
        key = _key(issuer.document_keys, source.method, begins, now, None)
        if not token_holds(source, key.public_key):
            raise _Failed(Code.STATUS_LIST_FORGED, f"{purpose}: JWT")
        return
    keys: list[bytes] = []
    for proof in _proofs(source):
        _check_key(proof, issuer, now, None)
        keys.append(issuer.credential_keys[str(proof["verificationMethod"])].public_key)
    if not _list_is_signed(canonical(source), tuple(keys)):
        raise _Failed(Code.STATUS_LIST_FORGED, purpose)


def _reason(messages: _StatusList | None, index: int) -> Reason | None:
    try:
        return None if messages is None else reason_of(number_at(messages.bits, index))
    except IndexError:
        return None  # older than the certificate: it gives no reason


@lru_cache(maxsize=REMEMBERED_MAX)
def _list_faults(written: bytes) -> tuple[Fault, ...]:
    return status_list_faults(read_object(written))


@lru_cache(maxsize=REMEMBERED_MAX)
def _list_is_signed(written: bytes, keys: tuple[bytes, ...]) -> bool:
    document = read_object(written)
    unsigned = _unsigned(document)
    proofs = zip(_proofs(document), Suite, keys, strict=True)
    return all(proof_holds(unsigned, proof, suite, key) for proof, suite, key in proofs)


_decode_list = lru_cache(maxsize=REMEMBERED_MAX)(decode_list)
_checkpoint_is_signed = lru_cache(maxsize=REMEMBERED_MAX)(checkpoint_is_signed)


def _check_marks(index: int, lists: dict[Purpose, _StatusList]) -> None:
    for purpose, finding in ((Purpose.REVOCATION, Code.REVOKED), (Purpose.SUSPENSION, Code.SUSPENDED)):
        try:
            marked = is_marked(lists[purpose].bits, index)
        except IndexError as error:
            raise _Failed(Code.STATUS_LIST_TOO_SHORT, purpose) from error
        if marked:
            raise _Failed(finding)


def _check_freshness(lists: dict[Purpose, _StatusList], now: datetime) -> None:
    if any(found.valid_from > now + CLOCK_SKEW for found in lists.values()):
        raise _Failed(Code.STATUS_FROM_FUTURE)
    if any(found.valid_until <= now for found in lists.values()):
        raise _Failed(Code.STATUS_STALE)


def _unsigned(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "proof"}


def _proofs(document: JsonObject) -> list[JsonObject]:
    proofs: Any = document["proof"]  # the profile has seen that these are two objects
    return proofs


_STATUS_OF: Final = {
    Code.EXPIRED: Status.EXPIRED,
    Code.NOT_YET_VALID: Status.NOT_YET_VALID,
    Code.SUSPENDED: Status.SUSPENDED,
    Code.REVOKED: Status.REVOKED,
}


class _Book:
    """Takes down what each step found, and draws the three answers from that."""

    def __init__(self, now: datetime, carrier: Carrier) -> None:
        self._now = now
        self.carrier = carrier
        self._checked: dict[Step, Checked] = {}
        self.certificate: Summary | None = None
        self.lists: dict[Purpose, _StatusList] = {}
        self.reason: Reason | None = None

    def must(self, step: Step, check: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Do a step without which the next ones mean nothing."""
        try:
            result = check(*args, **kwargs)
        except _Failed as failed:
            self._checked[step] = Checked(step, Outcome.FAILED, failed.finding, failed.detail)
        except Unreadable as error:
            self._checked[step] = Checked(step, Outcome.FAILED, error.finding, error.detail)
        else:
            self._checked[step] = Checked(step, Outcome.PASSED)
            return result
        raise _Stopped

    def may(self, step: Step, check: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Do a step after which the others still tell something."""
        try:
            self.must(step, check, *args, **kwargs)
        except _Stopped:
            return

    def unshown(self, step: Step, finding: Code) -> None:
        """Leave out a step that this carrier cannot show, and say why."""
        self._checked[step] = Checked(step, Outcome.NOT_CHECKED, finding)

    def report(self) -> Report:
        """Sum up. A step that was not reached is not checked."""
        steps = tuple(self._checked.get(step, Checked(step, Outcome.NOT_CHECKED)) for step in Step)
        oldest = min(self.lists.values(), key=lambda found: found.valid_from, default=None)
        first_to_end = min(self.lists.values(), key=lambda found: found.valid_until, default=None)
        return Report(
            carrier=self.carrier,
            steps=steps,
            authentic=self._authentic(),
            status=self._status(),
            freshness=self._freshness(),
            checked_at=self._now,
            status_as_of=oldest.valid_from if oldest else None,
            status_until=first_to_end.valid_until if first_to_end else None,
            certificate=self.certificate,
            reason=self.reason if self._status() in {Status.REVOKED, Status.SUSPENDED} else None,
        )

    def _authentic(self) -> Authentic:
        if self.certificate is not None:
            logged = self._checked[Step.LOG].outcome is Outcome.PASSED
            return Authentic.YES if logged else Authentic.SIGNED
        failed = next(checked for checked in self._checked.values() if checked.outcome is Outcome.FAILED)
        nothing_against_it = failed.step is Step.READ or failed.finding is Code.ISSUER_UNKNOWN
        return Authentic.NOT_CHECKED if nothing_against_it else Authentic.NO

    def _status(self) -> Status:
        # The heavier finding is the answer: a certificate that is both expired and revoked is revoked.
        findings = [self._checked[step].finding for step in (Step.STATUS, Step.PERIOD) if step in self._checked]
        for finding in findings:
            if finding is not None and finding in _STATUS_OF:
                return _STATUS_OF[finding]
        return Status.GOOD if findings == [None, None] else Status.NOT_CHECKED

    def _freshness(self) -> Freshness:
        checked = self._checked.get(Step.FRESHNESS)
        if checked is None or checked.finding is Code.STATUS_FROM_FUTURE:
            return Freshness.NOT_CHECKED
        return Freshness.FRESH if checked.outcome is Outcome.PASSED else Freshness.STALE
