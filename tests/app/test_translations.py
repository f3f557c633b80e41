"""Reports of wrong translations: from the exam to the examiners and back, without a name."""

from app.auth.account import Role
from exams.sessions.translation import REPORTS_PER_SESSION, WORDS_MAX_CHARACTERS
from tests.fixtures.candidates import Sitting, start_exam
from tests.fixtures.web import Site


async def report(sitting: Sitting, **fields: object) -> int:
    body = {"locale": "en", "words": "“sum” should be “product”"} | fields
    return (await sitting.post("1/translation-reports", **body)).status_code


async def test_a_report_reaches_the_examiners_without_a_name(site: Site) -> None:
    sitting = await start_exam(site)
    await site.database.admin.execute(
        """UPDATE account SET display_name = 'Qarakoz', login = 'qarakoz' || login
        WHERE account_id = (SELECT candidate_id FROM session)"""
    )
    assert await report(sitting, words=" <b>wrong</b> ") == 201
    examiner = await site.person(Role.EXAMINER)
    listed = await examiner.get("/translations")
    assert "&lt;b&gt;wrong&lt;/b&gt;" in listed.text
    task_id = await site.database.admin.fetchval("SELECT task_id FROM translation_report")
    page = await examiner.get(f"/tasks/{task_id}")
    assert "&lt;b&gt;wrong&lt;/b&gt;" in page.text
    assert "arakoz" not in listed.text + page.text
    assert sitting.session_id not in listed.text + page.text


REFUSED: dict[str, dict[str, object]] = {
    "nothing": {"words": " \n"},
    "too long": {"words": "x" * (WORDS_MAX_CHARACTERS + 1)},
    "no text": {"words": "\0"},
    "no such language": {"locale": "de"},
    "wrong type": {"words": 3},
}


async def test_what_cannot_be_taken_is_refused(site: Site) -> None:
    sitting = await start_exam(site)
    for fault, fields in REFUSED.items():
        assert await report(sitting, **fields) == 422, fault
    assert await site.database.admin.fetchval("SELECT count(*) FROM translation_report") == 0


async def test_a_session_makes_no_more_than_the_limit(site: Site) -> None:
    sitting = await start_exam(site)
    task_id = await site.database.admin.fetchval("SELECT task_id FROM item WHERE position = 1")
    await site.database.admin.execute(
        """INSERT INTO translation_report (task_id, session_id, locale, words, reported_at)
        SELECT $1, session_id, 'en', 'x', now() FROM session, generate_series(1, $2)""",
        task_id,
        REPORTS_PER_SESSION - 1,
    )
    assert await report(sitting) == 201
    assert await report(sitting) == 422


async def test_an_answer_is_given_once_and_names_a_later_version(site: Site) -> None:
    sitting = await start_exam(site)
    await report(sitting)
    examiner = await site.person(Role.EXAMINER)
    report_id = await site.database.admin.fetchval("SELECT translation_report_id FROM translation_report")
    path = f"/translations/{report_id}/answer"

    async def answer(**form: str) -> int:
        return (await examiner.post(path, data=form)).status_code

    assert await answer(outcome="mended") == 422
    assert await answer(outcome="mended", mended_in="1") == 422
    assert await answer(outcome="mended", mended_in="2") == 422  # there is no such version
    await site.database.admin.execute(
        """INSERT INTO task SELECT (jsonb_populate_record(t, jsonb_build_object('task_id', gen_random_uuid(), 'version', 2))).*
        FROM task t JOIN translation_report USING (task_id)"""
    )
    assert await answer(outcome="other", mended_in="2") == 422
    assert await answer(outcome="mended", mended_in="2", remark="thank you") == 303
    assert await answer(outcome="no_fault") == 409
    page = (await examiner.get("/translations")).text
    assert "mended in version 2" in page
    assert "thank you" in page
    assert await site.database.admin.fetchval("SELECT count(*) FROM audit_event WHERE action = 'translation:answer'") == 1


async def test_not_a_fault_needs_no_version(site: Site) -> None:
    sitting = await start_exam(site)
    await report(sitting)
    examiner = await site.person(Role.EXAMINER)
    report_id = await site.database.admin.fetchval("SELECT translation_report_id FROM translation_report")
    answered = await examiner.post(f"/translations/{report_id}/answer", data={"outcome": "no_fault", "mended_in": ""})
    assert answered.status_code == 303
    assert "not a fault" in (await examiner.get("/translations")).text
