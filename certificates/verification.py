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

The same function stands behind the web page, the API and the command line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, ParamSpec, TypeVar

from certificates.bundle import Bundle, read_bundle
from certificates.credential import Summary, summary
from certificates.data_integrity import Suite, proof_holds
from certificates.errors import Unreadable
from certificates.findings import Authentic, Code, Freshness, Status, Step
from certificates.issuer import log_origin
from certificates.log.checkpoint import checkpoint_is_signed, read_checkpoint
from certificates.log.entry import issue_entry
from certificates.log.proof import proves, read_proof
from certificates.profile import Fault, credential_faults, status_list_faults
from certificates.report import Checked, Outcome, Report
from certificates.status_list import Purpose, decode_list, is_marked
from certificates.strict_json import JsonObject, canonical, read_object
from certificates.timestamp import read_timestamp
from certificates.trust import Trust, TrustedIssuer

CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far a verifier's clock may be behind the centre's before something counts as being from the future."""

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
class _StatusList:
    bits: bytes
    valid_from: datetime
    valid_until: datetime


def verify(data: bytes, trust: Trust, now: datetime, newer_lists: Sequence[bytes] = ()) -> Report:
    """Check the certificate file `data` against the pinned keys at the time `now`.

    `newer_lists` are status lists that the employer got himself; for each purpose the newest list counts. Never raises for
    what is in the file; `ContextMissing` says that this installation is incomplete.
    """
    book = _Book(now)
    try:
        # 1. read
        bundle = book.must(Step.READ, read_bundle, data)
        # 2. profile
        book.must(Step.PROFILE, _check_profile, bundle)
        certificate = summary(bundle.credential)
        # 3. issuer
        issuer = book.must(Step.ISSUER, _trusted_issuer, bundle.credential, certificate.issuer_did, trust, now)
        # 4. first proof
        book.must(Step.FIRST_PROOF, _check_proof, bundle.credential, Suite.RDFC, issuer, Code.RDFC_PROOF_INVALID)
        # 5. second proof
        book.must(Step.SECOND_PROOF, _check_proof, bundle.credential, Suite.JCS, issuer, Code.JCS_PROOF_INVALID)
        # 6. log
        book.must(Step.LOG, _check_log, bundle, certificate, issuer, now)
        book.certificate = certificate
        # 7. period
        book.may(Step.PERIOD, _check_period, certificate, now)
        # 8. status
        lists = book.must(Step.STATUS, _status_lists, bundle, newer_lists, certificate, issuer, now)
        book.lists = lists
        book.may(Step.STATUS, _check_marks, bundle, lists)
        # 9. freshness
        book.may(Step.FRESHNESS, _check_freshness, lists, now)
    except _Stopped:
        pass
    return book.report()


def _check_profile(bundle: Bundle) -> None:
    _refuse(credential_faults(bundle.credential))


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise _Failed(faults[0].code, "; ".join(map(str, faults[:5])))


def _trusted_issuer(credential: JsonObject, did: str, trust: Trust, now: datetime) -> TrustedIssuer:
    issuer = trust.get(did)
    if issuer is None:
        raise _Failed(Code.ISSUER_UNKNOWN, did)
    for proof in _proofs(credential):
        _check_key(proof, issuer, now)
    return issuer


def _check_key(proof: JsonObject, issuer: TrustedIssuer, now: datetime) -> None:
    """Which key, and whether it counts: known, not withdrawn, not expired when it signed, and that not in the future."""
    method = str(proof["verificationMethod"])
    key = issuer.credential_keys.get(method)
    created = read_timestamp(str(proof["created"]))
    if key is None:
        raise _Failed(Code.KEY_UNKNOWN, method)
    if key.revoked is not None and key.revoked <= now + CLOCK_SKEW:
        raise _Failed(Code.KEY_REVOKED, method)
    if key.expires is not None and key.expires <= created:
        raise _Failed(Code.KEY_EXPIRED, method)
    if created > now + CLOCK_SKEW:
        raise _Failed(Code.SIGNED_IN_FUTURE, str(proof["created"]))


def _check_proof(credential: JsonObject, suite: Suite, issuer: TrustedIssuer, finding: Code) -> None:
    proof = _proofs(credential)[list(Suite).index(suite)]
    key = issuer.credential_keys[str(proof["verificationMethod"])]
    if not proof_holds(_unsigned(credential), proof, suite, key.public_key):
        raise _Failed(finding, key.method)


def _check_log(bundle: Bundle, certificate: Summary, issuer: TrustedIssuer, now: datetime) -> None:
    try:
        proof = read_proof(bundle.log_proof)
        checkpoint = read_checkpoint(proof.checkpoint)
    except ValueError as error:
        raise _Failed(Code.LOG_PROOF_UNREADABLE, str(error)) from error
    keys = [key.public_key for key in issuer.log_keys if key.revoked is None or key.revoked > now + CLOCK_SKEW]
    if not checkpoint_is_signed(proof.checkpoint, log_origin(certificate.issuer_url), keys):
        raise _Failed(Code.LOG_UNKNOWN, checkpoint.origin[:100])
    entry = issue_entry(str(bundle.credential["id"]), canonical(_unsigned(bundle.credential)), bundle.salt)
    if not proves(proof, entry, checkpoint.size, checkpoint.root):
        raise _Failed(Code.LOG_OTHER_ENTRY, f"leaf {proof.index}")


def _check_period(certificate: Summary, now: datetime) -> None:
    if certificate.awarded_at > now + CLOCK_SKEW:
        raise _Failed(Code.NOT_YET_VALID)
    if certificate.valid_until is not None and certificate.valid_until <= now:
        raise _Failed(Code.EXPIRED)


def _status_lists(
    bundle: Bundle, newer_lists: Sequence[bytes], certificate: Summary, issuer: TrustedIssuer, now: datetime
) -> dict[Purpose, _StatusList]:
    """The newest list of each purpose. Every list that was given must be right: a forged one is never just passed over."""
    newest: dict[Purpose, _StatusList] = {}
    for document in (*bundle.status, *map(_read_list, newer_lists)):
        purpose, found = _status_list(document, certificate.issuer_url, issuer, now)
        if purpose not in newest or found.valid_from > newest[purpose].valid_from:
            newest[purpose] = found
    for purpose in Purpose:
        if purpose not in newest:
            raise _Failed(Code.STATUS_LIST_MISSING, purpose)
    return newest


def _read_list(data: bytes) -> JsonObject:
    try:
        return read_object(data)
    except Unreadable as error:
        raise _Failed(Code.STATUS_LIST_UNREADABLE, str(error)) from error


def _status_list(document: Any, issuer_url: str, issuer: TrustedIssuer, now: datetime) -> tuple[Purpose, _StatusList]:
    if faults := status_list_faults(document):
        raise _Failed(Code.STATUS_LIST_UNREADABLE, str(faults[0]))
    subject = document["credentialSubject"]
    purpose = Purpose(subject["statusPurpose"])
    if document["issuer"] != issuer.did or document["id"] != f"{issuer_url}/status/{purpose}":
        raise _Failed(Code.STATUS_LIST_OTHER, str(document["id"]))
    for proof, suite in zip(_proofs(document), Suite, strict=True):
        _check_key(proof, issuer, now)
        key = issuer.credential_keys[str(proof["verificationMethod"])]
        if not proof_holds(_unsigned(document), proof, suite, key.public_key):
            raise _Failed(Code.STATUS_LIST_FORGED, f"{purpose}: {suite}")
    try:
        bits = decode_list(subject["encodedList"])
    except ValueError as error:
        raise _Failed(Code.STATUS_LIST_UNREADABLE, str(error)) from error
    return purpose, _StatusList(bits, read_timestamp(document["validFrom"]), read_timestamp(document["validUntil"]))


def _check_marks(bundle: Bundle, lists: dict[Purpose, _StatusList]) -> None:
    entry: Any = bundle.credential["credentialStatus"]
    index = int(entry["statusListIndex"])
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

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._checked: dict[Step, Checked] = {}
        self.certificate: Summary | None = None
        self.lists: dict[Purpose, _StatusList] = {}

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

    def report(self) -> Report:
        """Sum up. A step that was not reached is not checked."""
        steps = tuple(self._checked.get(step, Checked(step, Outcome.NOT_CHECKED)) for step in Step)
        oldest = min(self.lists.values(), key=lambda found: found.valid_from, default=None)
        first_to_end = min(self.lists.values(), key=lambda found: found.valid_until, default=None)
        return Report(
            steps=steps,
            authentic=self._authentic(),
            status=self._status(),
            freshness=self._freshness(),
            checked_at=self._now,
            status_as_of=oldest.valid_from if oldest else None,
            status_until=first_to_end.valid_until if first_to_end else None,
            certificate=self.certificate,
        )

    def _authentic(self) -> Authentic:
        if self.certificate is not None:
            return Authentic.YES
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
