"""What the check in the visitor's browser says, in one language: for the verify page and for the survival kit.

    {"timeZone": "Asia/Almaty", "months": ["January", …], "date": "{day} {month} {year}", "steps": {"read": "…"},
     "answers": {"good": "Good"}, "findings": {"revoked": ["title", "meaning", "action"]}, "words": {"verified": "Verified", …}}

Findings have their words from `certificates.findings`, as on every other door; the rest stands here.
"""

from functools import cache
from typing import Final

from babel.dates import get_month_names
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from app.locales import Locale, msgid, translations
from app.pages import DATES
from certificates.assurance import TOPICS
from certificates.assurance import WORDS as LABEL_WORDS
from certificates.findings import ANSWERS, EXPLANATIONS, STEPS
from certificates.reasons import REASONS

WORDS: Final = {
    "verified": msgid("Verified"),
    "verifiedMeans": msgid("The centre issued this certificate, it is unchanged, and the centre stands by it."),
    "unshown": msgid("Signed, but not everything could be checked"),
    "unshownMeans": msgid("Nothing was found against it. This form alone does not show everything: see what was checked."),
    "toDo": msgid("What to do:"),
    "failedStep": msgid("Step %(number)s of %(count)s did not pass"),
    "isAuthentic": msgid("Did the centre issue it, word for word?"),
    "isGood": msgid("Does the centre still stand by it?"),
    "isFresh": msgid("Does that hold for today?"),
    "asOf": msgid("As of %(time)s"),
    "says": msgid("What it says"),
    "checked": msgid("What was checked"),
    "passed": msgid("Check passed"),
    "failed": msgid("Check failed"),
    "not-checked": msgid("Not checked"),
    "reason": msgid("What the centre says of the reason:"),
    "withheld": msgid("withheld by the holder"),
    "holder": msgid("Holder"),
    "certificate": msgid("Certificate"),
    "score": msgid("Score"),
    "points": msgid("%(points)s of %(maximum)s points; %(required)s were needed"),
    "exam": msgid("Exam"),
    "issued": msgid("Issued"),
    "validUntil": msgid("Valid until"),
    "endless": msgid("without end"),
    "issuer": msgid("Issuer"),
    "number": msgid("Number"),
    "levels": msgid("Levels"),
    "code": msgid("Code"),
    "parts": msgid("Parts of the exam"),
    "part": msgid("Part"),
    "partScore": msgid("Points"),
    "partPoints": msgid("%(points)s of %(maximum)s"),
    "reached": msgid("Level that was reached"),
    "held": msgid("How the exam was held"),
    "eitherWay": msgid("%(points)s points either way"),
    "records": msgid("Judging records"),
    "recordsMean": msgid("The root over everything that the judge recorded. The holder can prove each record by it."),
    "lead": msgid("No signing in, and nothing is sent: the check runs in this browser."),
    "ready": msgid(
        "The centre's keys and its whole lists of withdrawn certificates are here since %(time)s. You may go offline now."
    ),
    "notReady": msgid(
        "The centre's keys could not be fetched, so the check cannot run in this browser. The centre checks for you."
    ),
    "checkedHere": msgid("Checked in this browser; nothing was sent."),
    "oneHere": msgid(
        "Here one certificate is checked at a time. Many go in one zip archive to the page “Verify many certificates”."
    ),
    "noCode": msgid("There is no code in this picture, or it is too small or too blurred to be read."),
    "proofAlone": msgid("This is the proof of a log entry. Now choose the certificate that it belongs to."),
    "noCamera": msgid(
        "The camera could not be used. Allow it for this page, or take a picture of the code and choose it as a file."
    ),
    "pdfPages": msgid(
        "The pages of a PDF are for people. Whether they say what is attached, and stands below, is for you to compare."
    ),
    "kitReady": msgid(
        "This page needs no network and no centre. It checks against keys, lists and a log that were put beside it on %(time)s."
    ),
    "kitStale": msgid("Authentic, and in good standing on the day of this kit"),
    "kitStaleMeans": msgid(
        "The centre issued this certificate, it is unchanged, and the centre stood by it on %(time)s. What came after that day,"
        " this kit cannot know."
    ),
}


@cache
def verifier_texts(locale: Locale, time_zone: str) -> Markup:
    """Write all texts in `locale` as JSON for a page, once; dates are told in `time_zone`, e.g. `Asia/Almaty`."""
    gettext = translations(locale).gettext
    texts: dict[str, object] = {
        "timeZone": time_zone,
        "months": [*get_month_names("wide", context="format", locale=locale.value).values()],
        "date": DATES[locale],
        "steps": {step.value: gettext(title) for step, title in STEPS.items()},
        "findings": {
            code.value: [gettext(told.title), gettext(told.meaning), gettext(told.action)]
            for code, told in EXPLANATIONS.items()
        },
        "answers": {answer.value: gettext(text) for answer, text in ANSWERS.items()},
        "reasons": {reason.value: gettext(text) for reason, text in REASONS.items()},
        "topics": {
            topic.value: {
                "title": gettext(title),
                "words": {word: gettext(meaning) for word, meaning in LABEL_WORDS[topic].items()},
            }
            for topic, title in TOPICS.items()
        },
        "words": {name: gettext(text) for name, text in WORDS.items()},
    }
    return htmlsafe_json_dumps(texts, ensure_ascii=False)
