"""What a decision certifies, gathered from the database."""

from dataclasses import fields
from datetime import datetime
from typing import Final, LiteralString

from exams.grading.assurance import Assurance, lockdown_of, proctoring_of
from exams.grading.certification import Certification
from exams.grading.measurement import Precision, precision
from exams.grading.store import item_result_from, released_points
from exams.ids import DecisionId
from exams.judging.merkle import root
from exams.papers.rules import Rules
from exams.store import Connection

CERTIFICATION_OF: Final[LiteralString] = """
SELECT d.decision_id, d.decided_at, r.result_id, s.session_id, s.sealed_at, a.display_name AS candidate_name,
       c.code AS scheme_code, c.names AS scheme_names, c.descriptions AS scheme_descriptions, c.duration_minutes,
       (SELECT count(*) FROM item i WHERE i.paper_id = s.paper_id) AS item_count,
       r.score, r.max_score, r.cut_score_percent, r.items, c.rules, c.scheme_id, p.assembled_at, s.camera_consent,
       EXISTS (SELECT FROM session_watch w WHERE w.session_id = s.session_id) AS watched,
       EXISTS (SELECT FROM booking b JOIN slot t USING (slot_id)
               WHERE b.session_id = s.session_id AND t.centre_id IS NOT NULL) AS at_centre,
       ARRAY(SELECT DISTINCT level FROM lockdown_check k
             WHERE k.session_id = s.session_id AND k.used_at IS NOT NULL AND k.purpose = 'start') AS start_levels,
       ARRAY(SELECT DISTINCT level FROM lockdown_check k
             WHERE k.session_id = s.session_id AND k.used_at IS NOT NULL AND k.purpose = 'finish') AS finish_levels,
       ARRAY(SELECT document FROM judging_record j WHERE j.session_id = s.session_id ORDER BY j.position) AS records
FROM decision d
JOIN result made USING (result_id)
JOIN LATERAL counting_result(made.session_id) r USING (result_id)
JOIN LATERAL standing_decision(made.result_id) n ON n.decision_id = d.decision_id
JOIN session s ON s.session_id = made.session_id
JOIN scheme c USING (scheme_id)
JOIN paper p USING (paper_id)
JOIN account a ON a.account_id = s.candidate_id
WHERE d.decision_id = $1 AND d.outcome = 'certify' AND r.passed AND (c.rules->>'rehearsal')::boolean IS NOT TRUE
"""
_WORKED_OUT: Final = frozenset({"items", "rules", "assurance", "records_root", "records_count"})


async def certification_of(db: Connection, decision_id: DecisionId, now: datetime) -> Certification | None:
    """What a decision certifies; None if there is no such decision, it declines, or it stands no more.

    How exact the score is comes from what is released at `now`.
    """
    row = await db.fetchrow(CERTIFICATION_OF, decision_id)
    if row is None:
        return None
    items = tuple(item_result_from(item) for item in row["items"])
    measured = precision(await released_points(db, row["scheme_id"], items, now))
    rules = Rules.from_json(row["rules"])
    assurance = Assurance(
        identity=rules.identity,
        proctoring=proctoring_of(at_centre=row["at_centre"], watched=row["watched"], camera=row["camera_consent"]),
        lockdown=lockdown_of(frozenset(row["start_levels"]), frozenset(row["finish_levels"])),
        ai_tools=rules.ai_tools,
        form_set_at=row["assembled_at"],
        standard_error=measured.standard_error if isinstance(measured, Precision) else None,
    )
    records: list[bytes] = list(row["records"])
    plain = {field.name: row[field.name] for field in fields(Certification) if field.name not in _WORKED_OUT}
    return Certification(
        **plain,
        items=items,
        rules=rules,
        assurance=assurance,
        records_root=root(records).hex() if records else None,
        records_count=len(records),
    )
