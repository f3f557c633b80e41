"""What each process may not do in the database, whatever runs in it."""

import asyncpg
import pytest

from tests.fixtures.postgres import Database

WEB = [
    "INSERT INTO account (login, password_hash, display_name) VALUES ('intruder', '-', 'Intruder')",
    "INSERT INTO account_role SELECT account_id, 'registrar' FROM account",
    "UPDATE account SET password_hash = '-'",
    "INSERT INTO scheme (code) VALUES ('x')",
    "SELECT input FROM test_case",
    "SELECT answer FROM test_case",
    "SELECT * FROM audit_event",
    "DELETE FROM pgqueuer",
    "UPDATE pgqueuer SET status = 'canceled'",
    "SELECT * FROM pgqueuer_log",
    "INSERT INTO judgement DEFAULT VALUES",
    "INSERT INTO judging_worker DEFAULT VALUES",
    "UPDATE judging_worker SET state = 'working'",
    "INSERT INTO result DEFAULT VALUES",
    "INSERT INTO result_revision DEFAULT VALUES",
    "INSERT INTO judgement_switch DEFAULT VALUES",
    "INSERT INTO rejudgement DEFAULT VALUES",
    "INSERT INTO rejudge_application DEFAULT VALUES",
    "INSERT INTO judging_record DEFAULT VALUES",
    "INSERT INTO reference_judgement DEFAULT VALUES",
    "INSERT INTO sample_run_report DEFAULT VALUES",
    "UPDATE session SET candidate_id = opened_at::text::uuid",
    "UPDATE session SET allotted_seconds = 86400",
    "UPDATE task SET statements = '{}'",
    "UPDATE slot SET starts_at = now()",
    "DELETE FROM slot",
    "UPDATE booking SET candidate_id = slot_id",
    "UPDATE booking SET voucher_sha256 = NULL",
    "DELETE FROM booking",
    "UPDATE centre SET zone = 'UTC'",
]
JUDGING = [
    "SELECT * FROM account",
    "SELECT password_hash FROM account",
    "SELECT * FROM websession",
    "SELECT candidate_id FROM session",
    "SELECT * FROM booking",
    "SELECT * FROM voucher",
    "SELECT * FROM journal_entry",
    "SELECT * FROM snapshot",
    "SELECT * FROM incident",
    "SELECT * FROM decision",
    "SELECT * FROM credential_bundle",
    "INSERT INTO submission DEFAULT VALUES",
    "INSERT INTO judgement_switch DEFAULT VALUES",
    "INSERT INTO rejudge_ending DEFAULT VALUES",
    "UPDATE session SET sealed_at = now()",
    "UPDATE dataset SET activated_at = now()",
    "INSERT INTO test_case DEFAULT VALUES",
]
REGISTRY = [
    "SELECT * FROM judging_worker",
    "SELECT password_hash FROM account",
    "SELECT * FROM websession",
    "SELECT * FROM test_case",
    "SELECT * FROM reference_solution",
    "SELECT * FROM snapshot",
    "SELECT * FROM observation",
    "SELECT * FROM voucher",
    "INSERT INTO booking DEFAULT VALUES",
    "INSERT INTO judgement DEFAULT VALUES",
    "INSERT INTO rejudgement DEFAULT VALUES",
    "INSERT INTO rejudge_ending DEFAULT VALUES",
    "INSERT INTO decision DEFAULT VALUES",
    "INSERT INTO credential_status_change DEFAULT VALUES",
    "INSERT INTO incident_review DEFAULT VALUES",
]
APPEND_ONLY = [
    "audit_event",
    "journal_entry",
    "submission",
    "judgement",
    "judging_failure",
    "judging_record",
    "rejudge_set",
    "rejudge_member",
    "rejudgement",
    "rejudging_failure",
    "rejudge_ending",
    "rejudge_application",
    "rejudge_effect",
    "rejudge_answer",
    "judgement_switch",
    "result_revision",
    "dataset_import",
    "reference_judgement",
    "voucher_batch",
    "voucher",
    "observation",
    "snapshot",
    "incident",
    "incident_review",
    "result",
    "decision",
    "credential_intention",
    "credential_bundle",
    "credential_status_change",
    "log_leaf",
]
DEFINITIONS = [
    "DROP TABLE decision",
    "ALTER TABLE decision DISABLE TRIGGER ALL",
    "CREATE TABLE intruder ()",
    "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE c AS 'x'",
    "TRUNCATE journal_entry",
    "SET session_replication_role = replica",
    "COPY account TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT * FROM pg_authid",
]


async def refused(database: Database, role: str, statement: str) -> None:
    """It must be for want of rights, and for no other fault of the statement."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await getattr(database, role).execute(statement)


@pytest.mark.parametrize(
    ("role", "statement"),
    [(role, one) for role, all_ in (("web", WEB), ("judging", JUDGING), ("registry", REGISTRY)) for one in all_],
)
async def test_a_process_has_no_right_that_it_does_not_use(module_database: Database, role: str, statement: str) -> None:
    await refused(module_database, role, statement)


@pytest.mark.parametrize("role", ["web", "judging", "registry"])
@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_what_happened_is_never_changed_or_removed(module_database: Database, role: str, table: str) -> None:
    column = await module_database.admin.fetchval(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND is_identity = 'NO' LIMIT 1", table
    )
    await refused(module_database, role, f"DELETE FROM {table}")  # noqa: S608 - a name of ours
    await refused(module_database, role, f"UPDATE {table} SET {column} = {column}")  # noqa: S608 - as above


@pytest.mark.parametrize("role", ["web", "judging", "registry"])
@pytest.mark.parametrize("statement", DEFINITIONS)
async def test_no_process_changes_the_house_itself(module_database: Database, role: str, statement: str) -> None:
    await refused(module_database, role, statement)
