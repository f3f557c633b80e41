-- Each process keeps the rights that it uses, so that a hole in one of them opens less.

-- Whoever is in the web process may not make accounts, give roles, set passwords or found schemes: the owner does, from a shell.
REVOKE INSERT ON account, account_role, scheme, blueprint_row FROM sarap_web;
REVOKE UPDATE (password_hash) ON account FROM sarap_web;
-- It brings test cases in and never reads them again; it writes the audit and never reads it.
REVOKE SELECT ON test_case FROM sarap_web;
REVOKE SELECT ON audit_event FROM sarap_web;
-- It orders jobs; it does not take, change or withdraw them.
REVOKE UPDATE, DELETE ON pgqueuer FROM sarap_web;
REVOKE SELECT, UPDATE, DELETE ON pgqueuer_log FROM sarap_web;
REVOKE ALL ON pgqueuer_schedules, pgqueuer_statistics FROM sarap_web;

-- Who runs strangers' programs need not know whose they are.
REVOKE SELECT ON session FROM sarap_judging;
GRANT SELECT (session_id, scheme_id, paper_id, started_at, sealed_at) ON session TO sarap_judging;

-- Nobody suspends, reinstates or revokes their own certificate. The code says so first and kindly; this trigger is the last line.
CREATE FUNCTION credential_status_change_is_impartial() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM credential_intention i
        JOIN decision d ON i.source = 'decision:' || d.decision_id
        JOIN result r USING (result_id)
        JOIN session s USING (session_id)
        WHERE i.credential_id = NEW.credential_id AND s.candidate_id = NEW.decided_by
    ) THEN
        RAISE EXCEPTION 'not impartial: % holds this certificate', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER credential_status_change_is_impartial BEFORE INSERT ON credential_status_change
    FOR EACH ROW EXECUTE FUNCTION credential_status_change_is_impartial();
