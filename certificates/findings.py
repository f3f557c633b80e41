"""What a check can find, and how it is told to the person who asked: code, title, meaning, what to do.

All English texts of a verification are here and nowhere else. The command line prints them as they are; the web page looks
them up in its catalogues, where they are the message ids. `_` only marks them for extraction: this package knows no gettext.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, LiteralString


def _(text: LiteralString) -> LiteralString:
    return text


class Code(StrEnum):
    """Stable words for everything that a verification can find. Scripts may rely on them."""

    # the file
    FILE_EMPTY = "file-empty"
    FILE_TOO_LARGE = "file-too-large"
    NOT_JSON = "not-json"
    TOO_DEEP = "too-deep"
    DUPLICATE_MEMBER = "duplicate-member"
    NOT_A_CERTIFICATE = "not-a-certificate"
    BARE_CREDENTIAL = "bare-credential"
    UNKNOWN_FORMAT = "unknown-format"
    CODE_UNREADABLE = "code-unreadable"
    JWT_UNREADABLE = "jwt-unreadable"
    PDF_UNREADABLE = "pdf-unreadable"
    # its content
    WRONG_CONTEXT = "wrong-context"
    UNKNOWN_MEMBER = "unknown-member"
    MISSING_MEMBER = "missing-member"
    BAD_VALUE = "bad-value"
    # the issuer and its keys
    ISSUER_UNKNOWN = "issuer-unknown"
    PROOF_MISSING = "proof-missing"
    KEY_UNKNOWN = "key-unknown"
    KEY_EXPIRED = "key-expired"
    KEY_REVOKED = "key-revoked"
    SIGNED_IN_FUTURE = "signed-in-future"
    # the proofs
    RDFC_PROOF_INVALID = "rdfc-proof-invalid"
    JCS_PROOF_INVALID = "jcs-proof-invalid"
    SIGNATURE_INVALID = "signature-invalid"
    # the seal of a PDF
    SEAL_MISSING = "seal-missing"
    SEAL_BROKEN = "seal-broken"
    SEAL_OTHER = "seal-other"
    # the log
    LOG_PROOF_UNREADABLE = "log-proof-unreadable"
    LOG_UNKNOWN = "log-unknown"
    LOG_OTHER_ENTRY = "log-other-entry"
    WITNESSES_TOO_FEW = "witnesses-too-few"
    # the validity period
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    # the status lists
    STATUS_LIST_MISSING = "status-list-missing"
    STATUS_LIST_UNREADABLE = "status-list-unreadable"
    STATUS_LIST_OTHER = "status-list-other"
    STATUS_LIST_FORGED = "status-list-forged"
    STATUS_LIST_TOO_SHORT = "status-list-too-short"
    STATUS_LIST_KEY_REVOKED = "status-list-key-revoked"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    STATUS_STALE = "status-stale"
    STATUS_FROM_FUTURE = "status-from-future"
    # what a carrier cannot show: no fault of it
    ONE_SIGNATURE = "one-signature"
    LOG_NOT_SHOWN = "log-not-shown"
    STATUS_NOT_SHOWN = "status-not-shown"


class Step(StrEnum):
    """The steps of a verification, in their order."""

    READ = "read"
    PROFILE = "profile"
    ISSUER = "issuer"
    FIRST_PROOF = "first-proof"
    SECOND_PROOF = "second-proof"
    LOG = "log"
    PERIOD = "period"
    STATUS = "status"
    FRESHNESS = "freshness"


STEPS: Final[dict[Step, LiteralString]] = {
    Step.READ: _("The file is a certificate file and says nothing twice"),
    Step.PROFILE: _("It says what a certificate says, in words with a fixed meaning, and nothing else"),
    Step.ISSUER: _("It was issued by a centre that you trust, with a key that counts"),
    Step.FIRST_PROOF: _("The first signature fits: the meaning is unchanged"),
    Step.SECOND_PROOF: _("The second signature fits: every letter is unchanged"),
    Step.LOG: _("The centre wrote it into its public log before it signed"),
    Step.PERIOD: _("The certificate is valid at this time"),
    Step.STATUS: _("The centre has neither revoked nor suspended it"),
    Step.FRESHNESS: _("The status is recent enough to rely on"),
}


class Authentic(StrEnum):
    """First answer: whether this centre said this."""

    YES = "authentic"
    SIGNED = "signed"
    """signed by the centre, but not shown to be in its log: the front code and the token alone"""
    NO = "not-authentic"
    NOT_CHECKED = "not-checked"


class Status(StrEnum):
    """Second answer: whether the centre still stands by it."""

    GOOD = "good"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    NOT_CHECKED = "not-checked"


class Freshness(StrEnum):
    """Third answer: whether the second one speaks for the present."""

    FRESH = "fresh"
    STALE = "stale"
    NOT_CHECKED = "not-checked"


ANSWERS: Final[dict[Authentic | Status | Freshness, LiteralString]] = {
    Authentic.YES: _("Authentic"),
    Authentic.SIGNED: _("Signed; not shown to be in the log"),
    Authentic.NO: _("Not authentic"),
    Authentic.NOT_CHECKED: _("Not checked"),
    Status.GOOD: _("Good"),
    Status.REVOKED: _("Revoked"),
    Status.SUSPENDED: _("Suspended"),
    Status.EXPIRED: _("No longer valid"),
    Status.NOT_YET_VALID: _("Not valid yet"),
    Freshness.FRESH: _("Fresh"),
    Freshness.STALE: _("Out of date"),
}
"""Equal words are equal keys: `Status.NOT_CHECKED` and `Freshness.NOT_CHECKED` find the text of `Authentic.NOT_CHECKED`."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """For a person who hires: what was found, what that means, and what to do next."""

    title: LiteralString
    meaning: LiteralString
    action: LiteralString


_ASK_HOLDER: Final = _(
    "Ask the holder to download the certificate file again from the issuing centre and to send it unchanged."
)
_DO_NOT_RELY: Final = _("Do not rely on this file. Look up the certificate number on the issuing centre's own page.")
_GET_LIST: Final = _(
    "Download the certificate again from the issuing centre, or download the two status lists from it and give them"
    " to the verifier."
)
_PIN_KEYS: Final = _(
    "If you have reason to trust this centre, get its key document from /.well-known/did.json on its site, compare it with what"
    " the centre tells you by another way, keep it, and verify against it."
)

EXPLANATIONS: Final[dict[Code, Explanation]] = {
    Code.FILE_EMPTY: Explanation(_("The file is empty"), _("There is nothing in it to check."), _ASK_HOLDER),
    Code.FILE_TOO_LARGE: Explanation(
        _("The file is too large"),
        _("A certificate file is never larger than one mebibyte. This is something else."),
        _ASK_HOLDER,
    ),
    Code.NOT_JSON: Explanation(
        _("The file is not JSON"),
        _("It may be a picture or a print of a certificate, or it was damaged on the way. Nothing in it can be checked."),
        _ASK_HOLDER,
    ),
    Code.TOO_DEEP: Explanation(
        _("The file is nested too deeply"),
        _("No certificate is built like this. The file was not made by a centre."),
        _DO_NOT_RELY,
    ),
    Code.DUPLICATE_MEMBER: Explanation(
        _("The file says two things at once"),
        _("One name occurs twice in it, so two programs could read two different certificates out of the same file."),
        _DO_NOT_RELY,
    ),
    Code.NOT_A_CERTIFICATE: Explanation(
        _("This is not a certificate file"), _("It is JSON, but it lacks the parts that a certificate file has."), _ASK_HOLDER
    ),
    Code.BARE_CREDENTIAL: Explanation(
        _("Only a part of the certificate file"),
        _("This is the signed credential alone. Without the proof that it is in the centre's log it is not accepted."),
        _ASK_HOLDER,
    ),
    Code.UNKNOWN_FORMAT: Explanation(
        _("A format that this verifier does not know"),
        _("The file may come from a newer version of Sarap."),
        _("Use a newer verifier."),
    ),
    Code.CODE_UNREADABLE: Explanation(
        _("The code cannot be read"),
        _("It was copied or scanned incompletely, it was changed, or it is another centre's kind of code."),
        _("Scan the code again from the original, or ask the holder for the certificate file."),
    ),
    Code.JWT_UNREADABLE: Explanation(
        _("The token cannot be read"),
        _("It was copied incompletely, it was changed, or it is another kind of token than certificates have."),
        _ASK_HOLDER,
    ),
    Code.PDF_UNREADABLE: Explanation(
        _("This PDF carries no certificate that can be read"),
        _("A centre's PDF has the certificate file attached. This one has not: it is a scan, or a program has saved it anew."),
        _ASK_HOLDER,
    ),
    Code.WRONG_CONTEXT: Explanation(
        _("The words are not defined as they should be"),
        _("The file points to other definitions of its terms, so its words may mean something else than they say."),
        _DO_NOT_RELY,
    ),
    Code.UNKNOWN_MEMBER: Explanation(
        _("There is more in it than a certificate has"),
        _("A certificate has a fixed set of statements. Whatever else is in the file may not be covered by a signature."),
        _DO_NOT_RELY,
    ),
    Code.MISSING_MEMBER: Explanation(
        _("A statement is missing"), _("Something that every certificate says was taken out of this one."), _DO_NOT_RELY
    ),
    Code.BAD_VALUE: Explanation(
        _("A statement has an impossible value"),
        _("The centre's own software refuses to write such a value. The file was made or changed by someone else."),
        _DO_NOT_RELY,
    ),
    Code.ISSUER_UNKNOWN: Explanation(
        _("You have not said that you trust this issuer"),
        _("The file may be perfectly right, but none of the key documents that you trust belongs to the issuer that it names."),
        _PIN_KEYS,
    ),
    Code.PROOF_MISSING: Explanation(
        _("A signature is missing"),
        _("A certificate carries two signatures that are made in different ways. One alone does not cover everything."),
        _DO_NOT_RELY,
    ),
    Code.KEY_UNKNOWN: Explanation(
        _("Signed with a key that is not the issuer's"),
        _("Whoever signed this does not hold a key of the centre that the certificate names, or the centre has a newer key."),
        _("Get the centre's key document again from the centre. If the answer stays the same, do not rely on this file."),
    ),
    Code.KEY_EXPIRED: Explanation(
        _("Signed after the key had expired"),
        _("The centre did not use this key any more when the certificate was signed or logged."),
        _DO_NOT_RELY,
    ),
    Code.KEY_REVOKED: Explanation(
        _("The centre has withdrawn this key"),
        _(
            "The key may have fallen into other hands. What the centre had logged before that still counts; this certificate"
            " is not among it."
        ),
        _("Ask the holder for a certificate that was signed again with the centre's new key."),
    ),
    Code.SIGNED_IN_FUTURE: Explanation(
        _("Signed in the future"),
        _("The signature claims a time that has not come yet. Either the file is wrong or the clock of this computer is."),
        _("Check the clock of this computer and verify again."),
    ),
    Code.RDFC_PROOF_INVALID: Explanation(
        _("The first signature does not fit"),
        _("The meaning of the certificate was changed after the centre signed it, or the centre never signed it."),
        _DO_NOT_RELY,
    ),
    Code.JCS_PROOF_INVALID: Explanation(
        _("The second signature does not fit"),
        _("A letter or a digit of the certificate was changed after the centre signed it, or the centre never signed it."),
        _DO_NOT_RELY,
    ),
    Code.SIGNATURE_INVALID: Explanation(
        _("The signature does not fit"),
        _("Something in it was changed after the centre signed it, or the centre never signed it."),
        _DO_NOT_RELY,
    ),
    Code.SEAL_MISSING: Explanation(
        _("The PDF has no seal"),
        _("The attached certificate may be right, but nothing shows that the pages around it are the centre's."),
        _ASK_HOLDER,
    ),
    Code.SEAL_BROKEN: Explanation(
        _("The PDF was changed after it was sealed"),
        _("Something was added to the file or changed in it, by hand or by a program that saved it anew."),
        _ASK_HOLDER,
    ),
    Code.SEAL_OTHER: Explanation(
        _("The PDF was sealed by somebody else"),
        _("The seal was not made with a key of the centre that the attached certificate names."),
        _DO_NOT_RELY,
    ),
    Code.LOG_PROOF_UNREADABLE: Explanation(
        _("The proof of the log entry cannot be read"),
        _("A centre writes every certificate into its log before it signs. The proof of that is damaged."),
        _ASK_HOLDER,
    ),
    Code.LOG_UNKNOWN: Explanation(
        _("The log is not the issuer's"),
        _("The log entry is confirmed by nobody whose key you trust, so the certificate may have been made in secret."),
        _("Do not rely on this file. If the centre has withdrawn a key of its log, it gives the holder a newer log proof."),
    ),
    Code.LOG_OTHER_ENTRY: Explanation(
        _("The log holds something else"),
        _("The proof belongs to another certificate. This one is not shown to be in the centre's log."),
        _DO_NOT_RELY,
    ),
    Code.WITNESSES_TOO_FEW: Explanation(
        _("Too few witnesses have seen the log"),
        _(
            "Independent witnesses sign what the centre's log says, so that it cannot show different logs to different people."
            " Fewer of them than your key document asks for have signed this one."
        ),
        _ASK_HOLDER,
    ),
    Code.NOT_YET_VALID: Explanation(
        _("Not valid yet"),
        _("The certificate begins to be valid at a later date."),
        _("Check the clock of this computer, or verify again after that date."),
    ),
    Code.EXPIRED: Explanation(
        _("No longer valid"),
        _("The certificate is authentic, but the time for which it was given is over."),
        _("Ask the holder whether the certificate was renewed."),
    ),
    Code.STATUS_LIST_MISSING: Explanation(
        _("Nothing says whether it was withdrawn"),
        _("A status list is missing, so this file cannot show whether the certificate was revoked or suspended."),
        _GET_LIST,
    ),
    Code.STATUS_LIST_UNREADABLE: Explanation(
        _("A status list cannot be read"), _("It is damaged or not a status list, so the status is unknown."), _GET_LIST
    ),
    Code.STATUS_LIST_OTHER: Explanation(
        _("A status list of somebody else"),
        _("The list in this file belongs to another issuer or another purpose and says nothing about this certificate."),
        _GET_LIST,
    ),
    Code.STATUS_LIST_FORGED: Explanation(
        _("The signature of a status list does not fit"),
        _("The list was changed after the centre signed it. It may hide that the certificate was withdrawn."),
        _DO_NOT_RELY,
    ),
    Code.STATUS_LIST_TOO_SHORT: Explanation(
        _("The status list ends before this certificate"),
        _("The list is older than the certificate and does not know it yet, so the status is unknown."),
        _GET_LIST,
    ),
    Code.STATUS_LIST_KEY_REVOKED: Explanation(
        _("The status list is signed with a withdrawn key"),
        _("Somebody else may have made this list, so the status is unknown. The certificate itself may be perfectly good."),
        _GET_LIST,
    ),
    Code.REVOKED: Explanation(
        _("Revoked"),
        _("The centre has withdrawn this certificate for good. It was genuine once; it counts no more."),
        _("Ask the holder, or ask the centre for the reason."),
    ),
    Code.SUSPENDED: Explanation(
        _("Suspended"),
        _("The centre has set this certificate aside while something is looked into. That is not a verdict about the holder."),
        _("Ask the holder, and verify again in a few days."),
    ),
    Code.STATUS_STALE: Explanation(
        _("The status is out of date"),
        _("The certificate was not withdrawn at the time of the list. Whether it was withdrawn since then is not known."),
        _GET_LIST,
    ),
    Code.STATUS_FROM_FUTURE: Explanation(
        _("The status list is from the future"),
        _("Either the list is wrong or the clock of this computer is."),
        _("Check the clock of this computer and verify again."),
    ),
    Code.ONE_SIGNATURE: Explanation(
        _("This form has one signature"),
        _("A code and a token carry one signature that covers every letter. Only the certificate file has a second one."),
        _("Nothing needs to be done. For both signatures, ask the holder for the certificate file."),
    ),
    Code.LOG_NOT_SHOWN: Explanation(
        _("This form does not show the log"),
        _("Whether the centre wrote the certificate into its public log cannot be seen from this form alone."),
        _("Scan the second code too, add the log proof (a .tlog-proof file), or ask the holder for the certificate file."),
    ),
    Code.STATUS_NOT_SHOWN: Explanation(
        _("This form does not show the status"),
        _("Paper and tokens do not know whether the certificate was withdrawn after they were made."),
        _GET_LIST,
    ),
}
