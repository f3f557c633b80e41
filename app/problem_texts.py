"""What each code of an error means to a visitor: a status and three texts, each translated where it is shown.

A code without an entry becomes `UNKNOWN`. `app/problems.py` makes answers of them.
"""

from dataclasses import dataclass
from typing import Final

from app.locales import msgid


@dataclass(frozen=True, slots=True)
class Problem:
    """What one code means: a status and three msgids."""

    status: int
    title: str
    meaning: str
    next_step: str


NOTHING_SAVED: Final = msgid("Nothing was changed.")
TRY_AGAIN: Final = msgid("Please try again in a few seconds.")
GO_BACK: Final = msgid("Go back to the page before and try it once more from there.")

UNKNOWN: Final = Problem(
    500,
    msgid("Something went wrong on our side"),
    msgid("This is our fault and not yours. What you saved before is kept."),
    msgid("Try again. If it happens twice, tell the centre the number below: it finds the cause."),
)

PROBLEMS: Final[dict[str, Problem]] = {
    "not-found": Problem(
        404,
        msgid("There is no such page"),
        msgid("The address is wrong, or what it showed is not yours to see."),
        msgid("Check the address, or start from the home page."),
    ),
    "method-not-allowed": Problem(405, msgid("This page cannot be used in this way"), NOTHING_SAVED, GO_BACK),
    "bad-request": Problem(400, msgid("This request makes no sense to us"), NOTHING_SAVED, GO_BACK),
    "invalid-input": Problem(
        422,
        msgid("Something that you sent cannot be used"),
        NOTHING_SAVED,
        msgid("Correct it and send it again."),
    ),
    "too-large": Problem(
        413,
        msgid("What you sent is too large"),
        msgid("Nothing of it was saved."),
        msgid("Make it smaller and send it again."),
    ),
    "sign-in-required": Problem(
        401,
        msgid("Please sign in first"),
        msgid("This page is for people who are signed in. If you were, your time here has run out."),
        msgid("Sign in and open the page again."),
    ),
    "permission-denied": Problem(
        403,
        msgid("This page is for somebody else"),
        msgid("You are signed in, but your account has no part in what this page is for."),
        msgid("If you think it should, ask the centre."),
    ),
    "wrong-credentials": Problem(
        401,
        msgid("This login and password do not belong together"),
        msgid("We do not say which of the two is wrong, so that nobody can find out who has an account here."),
        msgid("Check both, also the keyboard's language and Caps Lock, and try again."),
    ),
    "too-many-attempts": Problem(
        429,
        msgid("Too many attempts to sign in"),
        msgid("To protect accounts from guessing, signing in is closed for a while. Nothing is wrong with your account."),
        msgid("Try again in %(minutes)s minutes, or ask the centre."),
    ),
    "cross-site": Problem(
        403,
        msgid("This request came from another site"),
        msgid("A page elsewhere tried to act in your name. We refused; nothing was changed."),
        msgid("If you did this yourself, open Sarap in a new tab and do it there."),
    ),
    "session-not-started": Problem(
        409,
        msgid("The exam has not begun"),
        msgid("The clock starts only when you press Start."),
        msgid("Open the exam's first page and start it there."),
    ),
    "session-closed": Problem(
        409,
        msgid("The exam is over"),
        msgid("Its time has run out or you finished it. The last text of yours that we confirmed as saved counts."),
        msgid("Nothing more is needed from you. The result will appear under My exams."),
    ),
    "session-paused": Problem(
        409,
        msgid("The clock is stopped"),
        msgid("While it is stopped nothing is run and nothing handed in. What you type is saved, and you lose no time."),
        msgid("Wait until the clock goes on, or end your break, and do it again then."),
    ),
    "already-paused": Problem(
        409,
        msgid("The clock is stopped already"),
        NOTHING_SAVED,
        msgid("Look at the session again: it says since when, and by whom."),
    ),
    "not-paused": Problem(
        409,
        msgid("The clock goes on already"),
        NOTHING_SAVED,
        msgid("Look at the session again: somebody has ended the pause before."),
    ),
    "stale-revision": Problem(
        409,
        msgid("This text was saved from another window"),
        msgid("A newer text of yours is already saved, and it was not overwritten."),
        msgid("Reload the page to see both texts and choose."),
    ),
    # The journal
    "broken-chain": Problem(
        409,
        msgid("This save does not fit what was saved before"),
        msgid("What you saved before is kept. This part of your text is still only in this browser."),
        msgid("Keep the page open: it sends the whole text by itself. If this message stays, tell the proctor."),
    ),
    "held-elsewhere": Problem(
        409,
        msgid("Another tab or device is writing"),
        msgid("Only one place can write at a time, so that no text overwrites another. What was saved is here to read."),
        msgid("Go on where you were writing, or take over here: the other place can then only read."),
    ),
    "package-refused": Problem(
        422,
        msgid("This task package cannot be imported"),
        msgid("It breaks the package format. Nothing of it was saved."),
        msgid("Mend every finding and import the package again."),
    ),
    "not-publishable": Problem(
        409,
        msgid("This task cannot be published yet"),
        msgid("Every finding must be mended, every reference solution must earn its verdict, and a second examiner publishes."),
        msgid("Open the task: it says what is missing."),
    ),
    "not-eligible": Problem(
        409,
        msgid("This is not open to you now"),
        NOTHING_SAVED,
        msgid("Look under My exams at what is open, or ask the centre."),
    ),
    "languages-ended": Problem(
        409,
        msgid("This exam has no programming language left"),
        msgid(
            "Nobody mends any of its programming languages any more, and a certificate about them would be worth little. "
            "No new session can be opened."
        ),
        msgid("Tell the centre that this exam needs languages of today instead of these: %(languages)s."),
    ),
    "own-case": Problem(
        403,
        msgid("This is your own exam"),
        msgid("Others watch, review and decide it. What they write is kept from you here, as it is from every candidate."),
        msgid("Under My exams you find what candidates are told of their exam. Somebody else of the centre does the rest."),
    ),
    "not-impartial": Problem(
        403,
        msgid("Somebody else must decide this"),
        msgid(
            "You took part in examining this candidate: as the candidate, an author of a task, or the person who reported an "
            "incident. Whoever examined does not decide (ISO/IEC 17024)."
        ),
        msgid("Ask another registrar to decide."),
    ),
    "not-decidable": Problem(
        409,
        msgid("This cannot be decided in this way now"),
        msgid("The result is held, or does not allow this decision."),
        msgid("Open the result: it says what is still open."),
    ),
    "already-decided": Problem(
        409,
        msgid("Somebody has decided this already"),
        msgid("A decision is never overwritten."),
        msgid("Open it again to see what was decided."),
    ),
    # Results and appeals
    "not-released": Problem(
        409,
        msgid("This result is not out yet"),
        msgid("Results come after the scheme's waiting time, once everything is judged and a person has decided."),
        msgid("Open the exam under My exams: it says when results come."),
    ),
    "not-appealable": Problem(
        409,
        msgid("No appeal can be made here now"),
        msgid(
            "An appeal is open already or has ended, the time to appeal is over, or three appeals were made against one "
            "decision."
        ),
        msgid("Open the exam under My exams: it says where your appeal stands and until when you can appeal."),
    ),
    "too-often": Problem(
        429,
        msgid("That was too often in a short time"),
        msgid("There is a limit so that nobody takes the time of all. Your saved text is not affected."),
        msgid("Try again in %(seconds)s seconds."),
    ),
    "asked-too-often": Problem(
        429,
        msgid("That was too often in a short time"),
        msgid("Answering costs the centre something, so each address has a limit. Nothing is wrong with your certificates."),
        msgid("Try again in %(seconds)s seconds. On your own computer you can check as many as you like."),
    ),
    # Booking and retakes
    "slot-closed": Problem(
        409,
        msgid("This seat cannot be booked any more"),
        msgid("The exam has begun there, or the centre cancelled it. Nothing was changed."),
        msgid("Choose another time."),
    ),
    "slot-full": Problem(
        409,
        msgid("Every seat is taken"),
        msgid("Somebody was faster. Nothing was changed, and no voucher was used."),
        msgid("Choose another time or place. When somebody cancels, a seat comes back."),
    ),
    "already-booked": Problem(
        409,
        msgid("You have a seat for this exam already"),
        msgid("There is one seat for each person and exam, so that there are enough for all."),
        msgid("Open your booking under My exams: there you can move or cancel it."),
    ),
    "booking-required": Problem(
        409,
        msgid("This exam is sat on a booked seat"),
        msgid("You have no seat for it. Nothing was changed."),
        msgid("Book a seat under My exams."),
    ),
    "too-early": Problem(
        409,
        msgid("It is not time yet"),
        msgid("Your seat is kept. Nobody sees the tasks before the start."),
        msgid("Come back from %(when)s on."),
    ),
    "too-late": Problem(
        409,
        msgid("The time of this seat is over"),
        msgid("It could be used until %(when)s. Nothing was changed."),
        msgid("Book another seat. If the reason was ours or serious, tell the centre: it can give your voucher back."),
    ),
    "change-too-late": Problem(
        409,
        msgid("It is too late to move this booking"),
        msgid("It could be moved until %(when)s. Your seat is still yours."),
        msgid("Come to the exam, or cancel the booking so that somebody else gets the seat."),
    ),
    "still-sitting": Problem(
        409,
        msgid("You are sitting this exam now"),
        msgid("A session of it has not ended yet."),
        msgid("Finish it under My exams, then book again."),
    ),
    "retake-wait": Problem(
        409,
        msgid("It is too soon to sit this exam again"),
        msgid("Between two sessions of this exam there must be %(days)s days."),
        msgid("You can sit it again from %(when)s on: choose a time after that."),
    ),
    "sessions-per-year": Problem(
        409,
        msgid("You have sat this exam as often as a year allows"),
        msgid("It can be sat %(limit)s times within 365 days."),
        msgid("You can sit it again from %(when)s on: choose a time after that."),
    ),
    "voucher-too-often": Problem(
        429,
        msgid("Too many voucher codes were tried"),
        msgid("To protect vouchers from guessing, codes are not taken for a while. Nothing was changed."),
        msgid("Check the code letter by letter and try again in %(seconds)s seconds, or ask who gave it to you."),
    ),
    "status-change-refused": Problem(
        409,
        msgid("The certificate's status cannot change in this way"),
        msgid("A revocation is final, and a status cannot be entered twice."),
        msgid("Open the certificate again to see its status now."),
    ),
    # Starting, sealed forms and lockdown
    "form-damaged": Problem(
        409,
        msgid("The prepared exam page is damaged"),
        msgid("What was fetched before the start is not what was sealed. It was not shown."),
        msgid("Reload the page: the server sends the exam page itself."),
    ),
    "lockdown-error": Problem(
        409,
        msgid("This exam is sat in the Safe Exam Browser"),
        NOTHING_SAVED,
        msgid("Open the exam under My exams: it says how to open the Safe Exam Browser."),
    ),
    "lockdown-unproven": Problem(
        409,
        msgid("This step needs the Safe Exam Browser"),
        msgid("This page could not show within the last minute that it runs there. What you saved is kept."),
        msgid("Reload the page in the Safe Exam Browser. If it says the same again, call the proctor."),
    ),
    "lockdown-held": Problem(
        409,
        msgid("The exam waits for the proctor"),
        msgid("A check of the Safe Exam Browser failed. You are not put out, and everything that you write is still saved."),
        msgid("Stay here and call the proctor, who can let you go on at once."),
    ),
    # Whatever has no words of its own
    "exam-error": Problem(409, msgid("The rules do not allow this now"), NOTHING_SAVED, GO_BACK),
    "certificate-error": Problem(409, msgid("The rules do not allow this now"), NOTHING_SAVED, GO_BACK),
    "sandbox-error": Problem(
        503,
        msgid("Programs cannot be run at the moment"),
        msgid("This is our fault and costs you nothing: what you handed in is kept and will be judged."),
        TRY_AGAIN,
    ),
    "database-unavailable": Problem(
        503,
        msgid("Sarap is catching its breath"),
        msgid("Our database does not answer at this moment. Nothing that you saved is lost."),
        msgid("Keep this page open and try again in a few seconds."),
    ),
    "too-busy": Problem(503, msgid("Too many people at once"), NOTHING_SAVED, TRY_AGAIN),
}

FIELDS: Final[dict[str, str]] = {
    "accept": msgid("Your agreement"),
    "accommodation": msgid("What is arranged"),
    "break_minutes": msgid("The minutes of breaks"),
    "address": msgid("The address"),
    "blueprint": msgid("The blueprint"),
    "body": msgid("What you sent"),
    "certificate": msgid("The certificate file"),
    "category": msgid("The category"),
    "choice": msgid("The choice"),
    "count": msgid("The number of vouchers"),
    "dataset_id": msgid("The dataset"),
    "description": msgid("The description"),
    "image": msgid("The picture"),
    "judged_before": msgid("The end of the time"),
    "kind": msgid("The kind"),
    "judged_from": msgid("The beginning of the time"),
    "language": msgid("The language"),
    "login": msgid("The login"),
    "entry": msgid("The entry"),
    "extra_minutes": msgid("The extra minutes"),
    "extra_percent": msgid("The extra time in percent"),
    "ignored": msgid("What the proctor should ignore"),
    "name": msgid("The name"),
    "note": msgid("The note"),
    "place": msgid("The place"),
    "seats": msgid("The number of seats"),
    "starts": msgid("The start"),
    "voucher": msgid("The voucher"),
    "weeks": msgid("The number of weeks"),
    "zone": msgid("The time zone"),
    "lowered": msgid("The session whose points may fall"),
    "lowered_reason": msgid("The reason for fewer points"),
    "minutes": msgid("The number of minutes"),
    "outcome": msgid("The outcome"),
    "package": msgid("The package"),
    "password": msgid("The password"),
    "reason": msgid("The reason"),
    "remedy": msgid("What follows"),
    "scheme": msgid("The exam"),
    "session_id": msgid("The session"),
    "source": msgid("Your program"),
    "submissions": msgid("This task"),
    "valid_until": msgid("The last day"),
    "words": msgid("What was done about it"),
    "expires_on": msgid("The last day"),
    "key": msgid("The key"),
    "purpose": msgid("The step"),
    "scheme_id": msgid("The exam"),
    "files": msgid("The list of further files"),
    "input": msgid("Your own input"),
    "locale": msgid("The language"),
    "mended_in": msgid("The version"),
    "remark": msgid("The remark"),
    "reports": msgid("The list of your reports"),
}
"""What a person calls a field. A name that is not here is shown in quotation marks."""

REASONS: Final[dict[str, str]] = {
    "too-large": msgid("%(field)s is larger than the limit of %(limit)s bytes."),
    "too-many": msgid("%(field)s has more entries than the limit of %(limit)s."),
    "too-long": msgid("%(field)s is longer than the limit of %(limit)s characters."),
    "missing": msgid("%(field)s is missing."),
    "malformed": msgid("%(field)s does not have the form that we expect."),
    "wrong-type": msgid("%(field)s is not of the type that we expect."),
    "file-name": msgid("A file's name begins with a Latin letter or _ and has letters, digits and _ . - after it, 64 at most."),
    "same-file-name": msgid("Two files have the same name; large and small letters make no difference."),
    "file-ending": msgid("In this language a file's name cannot end so."),
    "language-ended": msgid("%(field)s has a programming language that is past its end of life."),
    "unknown-language": msgid("%(field)s is not one of the programming languages of this exam."),
    "unknown": msgid("%(field)s is not one of the values that we know."),
    "nul-byte": msgid("%(field)s contains NUL bytes: it is not a text."),
    "not-unicode": msgid("%(field)s is not a text in UTF-8."),
    "not-a-jpeg": msgid("%(field)s is not a JPEG picture."),
    "too-slow": msgid("%(field)s did not arrive within %(limit)s seconds."),
    "nothing-found": msgid("%(field)s finds no program of an exam that is over."),
    "out-of-range": msgid("%(field)s is outside of what is possible."),
    "not-of-this-kind": msgid("%(field)s does not belong to this kind of report."),
    "no-time-zone": msgid("%(field)s does not say its time zone."),
    "in-the-past": msgid("%(field)s lies in the past."),
    "not-a-credit": msgid("%(field)s is not a credit that a person gave: what a rule gave was really lost and stays."),
    "corrected-already": msgid("%(field)s was taken back already."),
    "used-up": msgid("%(field)s cannot be taken back any more: the last %(limit)s minutes of a candidate are theirs."),
    "known": msgid("%(field)s is there already."),
    "fewer-than-booked": msgid("%(field)s is smaller than what is booked (%(limit)s)."),
    "left-out": msgid("%(field)s never happens: clocks are put forward over it on that day."),
    "not-to-come": msgid("%(field)s is not in the future."),
    "shared-with-an-exam": msgid("%(field)s has tasks of an exam: a rehearsal would show them."),
    "voucher-unknown": msgid("There is no voucher with this code. Check it letter by letter."),
    "voucher-used": msgid("This voucher is used already. If you cancelled too late or did not come, it stays used."),
    "voucher-expired": msgid("The last day of this voucher is over."),
    "voucher-other-exam": msgid("This voucher is for another exam."),
}
"""Why a field cannot be used, with its name from `FIELDS`. A reason that is not here is shown as it is."""
