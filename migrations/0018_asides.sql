-- What was acknowledged and is not in the chain (exams/sessions/aside.py): a text that another one overtook, that came from a tab
-- that had been taken over, or that arrived after the deadline. Append-only.
CREATE TABLE aside (
    aside_id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session,
    position int NOT NULL,
    reason text NOT NULL CHECK (reason IN ('stale', 'lease', 'late')),
    lease_id uuid,                  -- the one that the tab named
    base_revision int NOT NULL,     -- the revision that it goes back to
    base_head bytea NOT NULL,       -- the head that it continues: that revision's, or that of another one kept aside
    language text NOT NULL,
    source text NOT NULL,
    files jsonb NOT NULL,
    left_drafts jsonb NOT NULL,     -- {language: {file: text}} of the others that were changed since the base revision
    edits text[] NOT NULL,
    edit_count int NOT NULL,
    head bytea NOT NULL,
    last_nonce text NOT NULL,       -- that the last edit names
    last_nonce_at timestamptz,      -- when that was given
    nonce text NOT NULL,
    receipt text NOT NULL,
    received_at timestamptz NOT NULL,
    UNIQUE (session_id, position, head)
);

-- The candidate has seen it: taken into the text, or left.
CREATE TABLE aside_taken (
    aside_id uuid PRIMARY KEY REFERENCES aside,
    taken_at timestamptz NOT NULL
);

-- What a person decided of a late text. An accepted one becomes a submission and counts.
CREATE TABLE late_decision (
    aside_id uuid PRIMARY KEY REFERENCES aside,
    decided_by uuid NOT NULL REFERENCES account,
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'declined')),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    decided_at timestamptz NOT NULL
);
-- The result that an accepted one is part of was made.
CREATE TABLE late_grading (
    aside_id uuid PRIMARY KEY REFERENCES late_decision,
    graded_at timestamptz NOT NULL
);

-- The code says so first and kindly; this trigger is the last line.
CREATE FUNCTION late_decision_is_impartial() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM aside a JOIN session s USING (session_id)
        WHERE a.aside_id = NEW.aside_id
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
CREATE TRIGGER late_decision_is_impartial BEFORE INSERT ON late_decision
    FOR EACH ROW EXECUTE FUNCTION late_decision_is_impartial();

ALTER TABLE submission DROP CONSTRAINT submission_origin_check;
ALTER TABLE submission ADD CONSTRAINT submission_origin_check CHECK (origin IN ('handed_in', 'sealed', 'late')) NOT VALID;
ALTER TABLE submission VALIDATE CONSTRAINT submission_origin_check;

-- A result is made anew after an accepted late text too.
ALTER TABLE result_revision ALTER COLUMN rejudge_set_id DROP NOT NULL, ADD COLUMN aside_id uuid;
ALTER TABLE result_revision ADD FOREIGN KEY (aside_id) REFERENCES late_decision NOT VALID;

-- What Sarap itself noticed has no person who raised it: somebody decides on it all the same.
ALTER TABLE incident ALTER COLUMN raised_by DROP NOT NULL;

GRANT SELECT, INSERT ON aside, aside_taken, late_decision TO sarap_web;
GRANT SELECT ON late_grading TO sarap_web;
GRANT SELECT ON aside, aside_taken, late_decision, late_grading, lease TO sarap_registry;
GRANT INSERT ON late_grading, incident TO sarap_registry;
