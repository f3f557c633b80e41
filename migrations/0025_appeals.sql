-- A candidate appeals against a decision; somebody who had no part in it answers; an upheld appeal opens the case again, and a new
-- decision follows the earlier one. Everything is append-only; where an appeal stands is derived (`exams/grading/appeal.py`).

-- Which proctors opened the page of which session: whoever watched does not answer an appeal about it.
CREATE TABLE session_watch (
    session_id uuid NOT NULL REFERENCES session,
    account_id uuid NOT NULL REFERENCES account,
    watched_at timestamptz NOT NULL,  -- for the first time
    PRIMARY KEY (session_id, account_id)
);

CREATE TABLE appeal (
    appeal_id uuid PRIMARY KEY,
    decision_id uuid NOT NULL REFERENCES decision,
    kind text NOT NULL CHECK (kind IN ('task', 'judgement', 'disturbance', 'other')),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    made_by uuid NOT NULL REFERENCES account,
    made_at timestamptz NOT NULL
);
CREATE INDEX appeal_of_decision ON appeal (decision_id, made_at);
-- A registrar has read it and says so.
CREATE TABLE appeal_acknowledgement (
    appeal_id uuid PRIMARY KEY REFERENCES appeal,
    acknowledged_by uuid NOT NULL REFERENCES account,
    acknowledged_at timestamptz NOT NULL
);
-- How it ended, once: answered by a registrar, or withdrawn by the candidate.
CREATE TABLE appeal_ending (
    appeal_id uuid PRIMARY KEY REFERENCES appeal,
    outcome text NOT NULL CHECK (outcome IN ('upheld', 'not_upheld', 'withdrawn')),
    remedy text CHECK (remedy IN ('rejudge', 'redecide')),
    ended_by uuid NOT NULL REFERENCES account,
    reason text CHECK (length(reason) BETWEEN 1 AND 4000),
    ended_at timestamptz NOT NULL,
    CHECK ((outcome = 'upheld') = (remedy IS NOT NULL)),
    CHECK ((outcome = 'withdrawn') = (reason IS NULL))
);

-- A result may be decided anew after an upheld appeal: the first decision is revision 1, and each later one names its appeal.
ALTER TABLE decision ADD COLUMN revision int NOT NULL DEFAULT 1 CHECK (revision > 0);
ALTER TABLE decision ADD COLUMN appeal_id uuid;
ALTER TABLE decision ADD FOREIGN KEY (appeal_id) REFERENCES appeal NOT VALID;
ALTER TABLE decision ADD UNIQUE (appeal_id);
ALTER TABLE decision ADD CHECK ((revision = 1) = (appeal_id IS NULL)) NOT VALID;
ALTER TABLE decision ADD UNIQUE (result_id, revision);
ALTER TABLE decision DROP CONSTRAINT decision_result_id_key;

-- The decision that counts for a result: the newest, unless an upheld appeal has opened the case again. Everything reads it.
CREATE FUNCTION standing_decision(of_result uuid)
RETURNS TABLE (decision_id uuid, result_id uuid, decided_by uuid, outcome text, reason text, decided_at timestamptz, revision int,
               appeal_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT d.decision_id, d.result_id, d.decided_by, d.outcome, d.reason, d.decided_at, d.revision, d.appeal_id
    FROM (SELECT * FROM decision newest WHERE newest.result_id = $1 ORDER BY newest.revision DESC LIMIT 1) d
    WHERE NOT EXISTS (SELECT FROM appeal a JOIN appeal_ending e USING (appeal_id)
                      WHERE a.decision_id = d.decision_id AND e.outcome = 'upheld')
$$;

-- Everybody who had a part in a session, its examination or its decision, the candidate included.
CREATE FUNCTION took_part(of_session uuid) RETURNS TABLE (account_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT s.candidate_id FROM session s WHERE s.session_id = $1
    UNION SELECT person FROM session s JOIN item i USING (paper_id) JOIN task t USING (task_id)
          CROSS JOIN LATERAL (VALUES (t.imported_by), (t.published_by)) AS author (person)
          WHERE s.session_id = $1 AND person IS NOT NULL
    UNION SELECT w.account_id FROM session_watch w WHERE w.session_id = $1
    UNION SELECT n.raised_by FROM incident n WHERE n.session_id = $1
    UNION SELECT v.reviewed_by FROM incident n JOIN incident_review v USING (incident_id) WHERE n.session_id = $1
    UNION SELECT d.decided_by FROM result r JOIN decision d USING (result_id) WHERE r.session_id = $1
$$;

-- The code says all of this first and kindly; these triggers are the last line.
CREATE FUNCTION appeal_is_possible() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One after the other for a session, so that two at once do not miss each other.
    PERFORM FROM session s JOIN result r USING (session_id) JOIN decision d USING (result_id)
        WHERE d.decision_id = NEW.decision_id FOR NO KEY UPDATE OF s;
    IF NOT EXISTS (
        SELECT FROM decision d JOIN result r USING (result_id) JOIN session s USING (session_id)
        CROSS JOIN LATERAL standing_decision(r.result_id) n
        WHERE d.decision_id = NEW.decision_id AND n.decision_id = d.decision_id AND s.candidate_id = NEW.made_by
    ) THEN
        RAISE EXCEPTION 'decision % does not stand, or is about somebody else', NEW.decision_id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM appeal a LEFT JOIN appeal_ending e USING (appeal_id)
               WHERE a.decision_id = NEW.decision_id AND e.appeal_id IS NULL) THEN
        RAISE EXCEPTION 'an appeal against decision % is open', NEW.decision_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER appeal_is_possible BEFORE INSERT ON appeal FOR EACH ROW EXECUTE FUNCTION appeal_is_possible();

CREATE FUNCTION appeal_ending_is_impartial() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome = 'withdrawn' THEN
        IF NOT EXISTS (SELECT FROM appeal a WHERE a.appeal_id = NEW.appeal_id AND a.made_by = NEW.ended_by) THEN
            RAISE EXCEPTION 'only whoever made appeal % withdraws it', NEW.appeal_id USING ERRCODE = 'check_violation';
        END IF;
    ELSIF EXISTS (
        SELECT FROM appeal a JOIN decision d USING (decision_id) JOIN result r USING (result_id)
        CROSS JOIN LATERAL took_part(r.session_id) p
        WHERE a.appeal_id = NEW.appeal_id AND p.account_id = NEW.ended_by
    ) THEN
        RAISE EXCEPTION 'not impartial: % had a part in what appeal % is about', NEW.ended_by, NEW.appeal_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER appeal_ending_is_impartial BEFORE INSERT ON appeal_ending
    FOR EACH ROW EXECUTE FUNCTION appeal_ending_is_impartial();

CREATE FUNCTION decision_follows_an_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision > 1 AND NOT EXISTS (
        SELECT FROM appeal a JOIN appeal_ending e USING (appeal_id) JOIN decision before USING (decision_id)
        WHERE a.appeal_id = NEW.appeal_id AND e.outcome = 'upheld'
          AND before.result_id = NEW.result_id AND before.revision = NEW.revision - 1
    ) THEN
        RAISE EXCEPTION 'no upheld appeal opened result % again', NEW.result_id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM decision before WHERE before.result_id = NEW.result_id AND before.decided_by = NEW.decided_by) THEN
        RAISE EXCEPTION 'not impartial: % decided this result before', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER decision_follows_an_appeal BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_follows_an_appeal();

-- A decided case stays as it is; one that an upheld appeal has opened again does not.
CREATE OR REPLACE FUNCTION result_revision_before_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM standing_decision(NEW.result_id)) THEN
        RAISE EXCEPTION 'result % is decided', NEW.result_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION judgement_switch_before_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM submission u JOIN result r USING (session_id) CROSS JOIN LATERAL standing_decision(r.result_id) d
        WHERE u.submission_id = NEW.submission_id
    ) THEN
        RAISE EXCEPTION 'the session of submission % is decided', NEW.submission_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

GRANT SELECT, INSERT ON session_watch, appeal, appeal_acknowledgement, appeal_ending TO sarap_web;
-- Whether a decision stands is asked by whoever issues and judges again; what an appeal says is not for them.
GRANT SELECT (appeal_id, decision_id) ON appeal TO sarap_registry;
GRANT SELECT (appeal_id, outcome) ON appeal_ending TO sarap_registry;
