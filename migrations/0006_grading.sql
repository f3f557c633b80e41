-- Made once a session is sealed and every submission of it is judged. Append-only.
CREATE TABLE result (
    result_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL UNIQUE REFERENCES session,
    score numeric(12, 4) NOT NULL,
    max_score numeric(12, 4) NOT NULL,
    cut_score_percent int NOT NULL,
    passed boolean NOT NULL,
    items jsonb NOT NULL,  -- for each item: position, content area, points, best submission and its verdict
    graded_at timestamptz NOT NULL
);

-- A registrar decides. Append-only; issuing a certificate follows from `certify`.
CREATE TABLE decision (
    decision_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    result_id uuid NOT NULL UNIQUE REFERENCES result,
    decided_by uuid NOT NULL REFERENCES account,
    outcome text NOT NULL CHECK (outcome IN ('certify', 'decline')),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    decided_at timestamptz NOT NULL
);

-- Whoever authored or published a task of the paper, raised an incident in the session, or sat it, must not decide on it
-- (ISO/IEC 17024, 9.4: decisions by people who neither examined nor trained the candidate).
-- The code says so first and kindly; this trigger is the last line. An incident's reviewer may decide: reviewing it is not examining.
CREATE FUNCTION decision_is_impartial() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM result r
        JOIN session s USING (session_id)
        WHERE r.result_id = NEW.result_id
          AND (s.candidate_id = NEW.decided_by
               OR EXISTS (SELECT FROM item i JOIN task t USING (task_id)
                          WHERE i.paper_id = s.paper_id AND NEW.decided_by IN (t.imported_by, t.published_by))
               OR EXISTS (SELECT FROM incident n WHERE n.session_id = s.session_id AND n.raised_by = NEW.decided_by))
    ) THEN
        RAISE EXCEPTION 'not impartial: % took part in examining this candidate', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER decision_is_impartial BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_is_impartial();

GRANT SELECT ON result TO sarap_web;
GRANT SELECT, INSERT ON result TO sarap_registry;
GRANT SELECT, INSERT ON decision TO sarap_web;
GRANT SELECT ON decision TO sarap_registry;
