"""What can go wrong with certificates.

    CertificateError
    ├── Unreadable            a file is not a Sarap certificate, a status list or a key document at all; `finding` says why
    ├── NotIssuable           the credential breaks the profile: nothing was recorded and nothing was signed
    ├── ContextMissing        a JSON-LD context is not bundled or not the pinned one; it is never fetched
    ├── TypesettingFailed     the pages could not be made now; nothing was kept, and the next attempt makes them
    ├── FontMissing           a font of the printed certificate is not bundled or not the pinned one
    ├── TrustUnusable         a trust file is missing or is not a key document
    ├── KeyUnusable           a key file is missing, readable by others, or of another kind than its name says
    ├── KeyChangeRefused      a key that signs now cannot go, and a revocation is final
    ├── LogCorrupt            the stored log disagrees with itself: stop and look, never repair by writing
    ├── ListTooLong           a status list is longer than verifiers take: it is not published, and the last one stays
    ├── NotYetWitnessed       too few witnesses have cosigned the entry so far: nothing is signed yet; try again
    ├── WitnessesUnusable     the file of witnesses cannot be read, or its quorum can never be reached
    ├── SelfCheckFailed       our own bundle does not verify by the public path: it is not handed out
    ├── StatusChangeRefused   a revocation cannot be taken back, a state cannot be entered twice
    ├── CollectionRefused     an archive is none, or holds more than anybody sends
    └── ReceiptRefused        a receipt of a check is none, or does not prove what it should

Each has a stable `code`. Issuing that raises leaves only rows from which the next attempt goes on.
"""

from certificates.findings import Code


class CertificateError(Exception):
    """Base of the tree. `code` is stable: logs, exit messages and problem pages use it."""

    code = "certificate-error"


class Unreadable(CertificateError):
    """The bytes cannot be read as what they should be. `finding` is the code that explains it to an employer."""

    code = "unreadable"

    def __init__(self, finding: Code, detail: str = "") -> None:
        super().__init__(f"{finding}: {detail}" if detail else finding)
        self.finding = finding
        self.detail = detail


class NotIssuable(CertificateError):
    """The credential breaks the profile. `faults` names each place, e.g. `bad-value at credentialSubject.identifier[0]`."""

    code = "not-issuable"

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class ContextMissing(CertificateError):
    """A JSON-LD context is absent from `certificates/contexts/` or is not the pinned one. Run the set-up again."""

    code = "context-missing"


class TypesettingFailed(CertificateError):
    """The typesetter refused, broke or took too long. The certificate exists; its pages are made by the next attempt."""

    code = "typesetting-failed"


class FontMissing(CertificateError):
    """A font is absent from `certificates/carriers/fonts/` or is not the pinned one. Run the set-up again."""

    code = "font-missing"


class TrustUnusable(CertificateError):
    """There is no key document to check against, or it cannot be read."""

    code = "trust-unusable"


class KeyUnusable(CertificateError):
    """A signing key is missing, too widely readable, or of another kind than its name says."""

    code = "key-unusable"


class KeyChangeRefused(CertificateError):
    """The key signs now, has gone already, or fewer than two people are named."""

    code = "key-change-refused"


class LogCorrupt(CertificateError):
    """The stored tree, its leaves and its checkpoints do not agree."""

    code = "log-corrupt"


class ListTooLong(CertificateError):
    """Verifiers would refuse the list, and with it every certificate of the centre; the last one stays until it ends."""

    code = "list-too-long"


class NotYetWitnessed(CertificateError):
    """The entry is in the log, and fewer witnesses than the centre wants have cosigned that. Nothing is lost by waiting."""

    code = "not-yet-witnessed"


class WitnessesUnusable(CertificateError):
    """The file of witnesses is wrong; the message names the line."""

    code = "witnesses-unusable"


class SelfCheckFailed(CertificateError):
    """A bundle that we made does not verify by the public path."""

    code = "self-check-failed"


class StatusChangeRefused(CertificateError):
    """The certificate is already in that state, or its revocation is final."""

    code = "status-change-refused"


class CollectionRefused(CertificateError):
    """An archive is not looked at, or no further.

    `reason`: `not-an-archive`, `too-many-files`, `unpacks-to-too-much` or `took-too-long`.
    """

    code = "collection-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ReceiptRefused(CertificateError):
    """A receipt does not prove it.

    `reason`: `form`, `unknown-key`, `signature`, `root`, `other-file`, `other-centre` or `unsigned`.
    """

    code = "receipt-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
