"""What can go wrong with certificates.

    CertificateError
    ├── Unreadable            a file is not a Sarap certificate, a status list or a key document at all; `finding` says why
    ├── NotIssuable           the credential breaks the profile: nothing was recorded and nothing was signed
    ├── ContextMissing        a JSON-LD context is not bundled or not the pinned one; it is never fetched
    ├── TrustUnusable         a trust file is missing or is not a key document
    ├── KeyUnusable           a key file is missing, readable by others, or not an Ed25519 key
    ├── LogCorrupt            the stored log disagrees with itself: stop and look, never repair by writing
    ├── SelfCheckFailed       our own bundle does not verify by the public path: it is not handed out
    └── StatusChangeRefused   a revocation cannot be taken back, a state cannot be entered twice

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


class TrustUnusable(CertificateError):
    """There is no key document to check against, or it cannot be read."""

    code = "trust-unusable"


class KeyUnusable(CertificateError):
    """A signing key is missing, too widely readable, or not an Ed25519 key."""

    code = "key-unusable"


class LogCorrupt(CertificateError):
    """The stored tree, its leaves and its checkpoints do not agree."""

    code = "log-corrupt"


class SelfCheckFailed(CertificateError):
    """A bundle that we made does not verify by the public path."""

    code = "self-check-failed"


class StatusChangeRefused(CertificateError):
    """The certificate is already in that state, or its revocation is final."""

    code = "status-change-refused"
