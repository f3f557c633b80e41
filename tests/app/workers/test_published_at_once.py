"""From a registrar's decision to the list that everybody fetches: by the job that the decision orders, and not by a round."""

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from app.database import transaction
from app.jobs import publish_status_list
from app.jobs.publish_status_list import keep_published
from app.jobs.queue import Job, enqueue
from app.workers.queue_worker import QueueWorker
from app.workers.registry import ROLE, SERIAL, RegistryResources
from certificates import store
from certificates.carriers.jwt import MEDIA_TYPE, read_token
from certificates.issuing import issue
from certificates.reasons import Reason
from certificates.status_list import Purpose, decode_list, number_at
from certificates.strict_json import read_object
from certificates.trust import read_trust
from certificates.verification import verify
from tests.certificates.centre import claim
from tests.fixtures.web import Site

VISIBLE_WITHIN_S: Final = 60
"""What is promised; on a quiet machine it takes less than a second."""


async def test_a_revocation_is_public_within_a_minute_of_the_decision_with_its_reason_and_as_a_token(site: Site) -> None:
    resources = RegistryResources(site.database.registry, site.settings, lambda: datetime.now(UTC))
    office = await keep_published(resources)
    async with site.database.registry.acquire() as db:
        issued = await issue(db, office, claim(awarded_at=datetime.now(UTC)), datetime.now(UTC))
    done = asyncio.Event()

    async def handler(subject: UUID) -> None:
        await publish_status_list.run(resources, subject)
        done.set()

    worker = QueueWorker(site.database.url, ROLE, {Job.PUBLISH_STATUS_LIST: handler}, at_once=1, serial=SERIAL)
    running = asyncio.create_task(worker.run())
    try:
        decider = await site.person()
        async with transaction(site.database.web) as db:
            certificate = await store.certificate_by_serial(db, issued.serial)
            assert certificate is not None
            await store.insert_change(
                db,
                certificate,
                Purpose.REVOCATION,
                active=True,
                reason="The name was misspelt.",
                decided_by=decider.account_id,
                now=datetime.now(UTC),
                code=Reason.DATA_WRONG,
            )
            await enqueue(db, Job.PUBLISH_STATUS_LIST, uuid4())
        await asyncio.wait_for(done.wait(), VISIBLE_WITHIN_S)
    finally:
        worker.stop()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    visitor = await site.visitor()
    answers = {purpose: await visitor.get(f"/status/{purpose}") for purpose in Purpose}
    tokens = {purpose: await visitor.get(f"/status/{purpose}", headers={"accept": MEDIA_TYPE}) for purpose in Purpose}
    keys = read_trust((await visitor.get("/.well-known/did.json")).content)
    for published in (answers, tokens):
        report = verify(issued.bundle, {keys.did: keys}, datetime.now(UTC), [one.content for one in published.values()])
        assert (report.status, report.reason) == ("revoked", Reason.DATA_WRONG)
    for purpose in Purpose:
        assert answers[purpose].headers["content-type"] == "application/vc"
        assert tokens[purpose].headers["content-type"] == MEDIA_TYPE
        assert {answers[purpose].headers["vary"], tokens[purpose].headers["vary"]} == {"accept"}
        seconds = int(answers[purpose].headers["cache-control"].partition("max-age=")[2])
        assert seconds < VISIBLE_WITHIN_S  # nobody is shown an older one for longer
        document = {name: value for name, value in read_object(answers[purpose].content).items() if name != "proof"}
        assert read_token(tokens[purpose].text).credential == document
    # The certificate file that is passed on carries no reason, and the text of the registrar is nowhere.
    file = (await visitor.get(f"/certificates/{issued.serial}.json")).content
    assert b"/status/suspension" in file
    everything = b"".join(one.content for one in (*answers.values(), *tokens.values()))
    assert b"misspelt" not in everything + file
    assert b"/status/message" not in file
    message = read_object(answers[Purpose.MESSAGE].content)["credentialSubject"]
    assert isinstance(message, dict)
    bits = decode_list(str(message["encodedList"]), 4)
    assert sum(number_at(bits, index) != 0 for index in range(2 * len(bits))) == 1
