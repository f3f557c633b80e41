-- A rejudge set: submissions of sessions that are over, judged again, to see who would change before anything does. Everything
-- about it is append-only; where it stands is derived (`exams/rejudging/`).
CREATE TABLE rejudge_set (
    rejudge_set_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('dataset', 'anew')),
    dataset_id uuid REFERENCES dataset,  -- of kind `dataset`: the newer one, to which its task is switched
    choice jsonb NOT NULL,               -- which submissions were asked for
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    made_by uuid NOT NULL REFERENCES account,
    made_at timestamptz NOT NULL,
    CHECK ((kind = 'dataset') = (dataset_id IS NOT NULL))
);
CREATE TABLE rejudge_member (
    rejudge_member_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    rejudge_set_id uuid NOT NULL REFERENCES rejudge_set,
    submission_id uuid NOT NULL REFERENCES submission,
    dataset_id uuid NOT NULL REFERENCES dataset,  -- by which it is judged again
    UNIQUE (rejudge_set_id, submission_id)
);
CREATE INDEX rejudge_member_of_submission ON rejudge_member (submission_id);

-- What came of judging a member again. It counts for nothing until it is switched to.
CREATE TABLE rejudgement (
    rejudge_member_id uuid PRIMARY KEY REFERENCES rejudge_member,
    verdict text NOT NULL CHECK (verdict IN ('AC', 'WA', 'TLE', 'MLE', 'OLE', 'RTE', 'CE')),
    score numeric(12, 4) NOT NULL,
    max_score numeric(12, 4) NOT NULL,
    cases jsonb NOT NULL,
    groups jsonb NOT NULL,
    compile_log text NOT NULL,
    evidence jsonb NOT NULL,
    judged_at timestamptz NOT NULL
);
-- Each time that we could not. After a final one what stands goes on to stand.
CREATE TABLE rejudging_failure (
    rejudging_failure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rejudge_member_id uuid NOT NULL REFERENCES rejudge_member,
    code text NOT NULL,
    detail text NOT NULL,
    final boolean NOT NULL,
    failed_at timestamptz NOT NULL
);
CREATE INDEX rejudging_failure_of_member ON rejudging_failure (rejudge_member_id);

-- What a person decided of a set, once. `lowered`: the sessions whose result may fall, each with its reason.
CREATE TABLE rejudge_ending (
    rejudge_set_id uuid PRIMARY KEY REFERENCES rejudge_set,
    outcome text NOT NULL CHECK (outcome IN ('apply', 'cancel')),
    decided_by uuid NOT NULL REFERENCES account,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    lowered jsonb NOT NULL DEFAULT '[]',
    decided_at timestamptz NOT NULL
);
-- The registry's worker did what was decided, in one transaction with everything that follows.
CREATE TABLE rejudge_application (
    rejudge_set_id uuid PRIMARY KEY REFERENCES rejudge_ending,
    applied_at timestamptz NOT NULL
);
CREATE TABLE rejudge_effect (
    rejudge_set_id uuid NOT NULL REFERENCES rejudge_application,
    session_id uuid NOT NULL REFERENCES session,
    effect text NOT NULL CHECK (effect IN ('switched', 'kept', 'decided')),
    points_before numeric(12, 4) NOT NULL,
    points_after numeric(12, 4) NOT NULL,
    passed_before boolean,
    passed_after boolean,
    PRIMARY KEY (rejudge_set_id, session_id)
);
-- A registrar looked at a decided session that a set would have changed, and wrote what was done about it.
CREATE TABLE rejudge_answer (
    rejudge_set_id uuid NOT NULL,
    session_id uuid NOT NULL,
    answered_by uuid NOT NULL REFERENCES account,
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (rejudge_set_id, session_id),
    FOREIGN KEY (rejudge_set_id, session_id) REFERENCES rejudge_effect
);

-- Which judgement counts: the rejudgement of a submission's newest switch, else its first judgement.
CREATE TABLE judgement_switch (
    submission_id uuid NOT NULL REFERENCES submission,
    generation int NOT NULL CHECK (generation > 0),
    rejudge_member_id uuid NOT NULL UNIQUE REFERENCES rejudge_member,
    switched_at timestamptz NOT NULL,
    PRIMARY KEY (submission_id, generation)
);
CREATE FUNCTION counting_judgement(submission uuid, pinned_dataset uuid)
RETURNS TABLE (
    dataset_id uuid, verdict text, score numeric, max_score numeric, cases jsonb, groups jsonb, compile_log text, evidence jsonb,
    judged_at timestamptz, generation int
)
LANGUAGE sql STABLE AS $$
    SELECT known.dataset_id, known.verdict, known.score, known.max_score, known.cases, known.groups, known.compile_log,
           known.evidence, known.judged_at, known.generation
    FROM (
        SELECT j.dataset_id, j.verdict, j.score, j.max_score, j.cases, j.groups, j.compile_log, j.evidence, j.judged_at,
               0 AS generation
        FROM judgement j WHERE j.submission_id = $1 AND j.dataset_id = $2
        UNION ALL
        SELECT m.dataset_id, r.verdict, r.score, r.max_score, r.cases, r.groups, r.compile_log, r.evidence, r.judged_at,
               w.generation
        FROM judgement_switch w
        JOIN rejudge_member m USING (rejudge_member_id)
        JOIN rejudgement r USING (rejudge_member_id)
        WHERE w.submission_id = $1
    ) known
    ORDER BY known.generation DESC LIMIT 1
$$;

-- A result that was made anew after a switch. The first one stays where it is; the newest counts. A decision refers to the result,
-- and after it there is no further revision: it decided the newest one.
CREATE TABLE result_revision (
    result_id uuid NOT NULL REFERENCES result,
    revision int NOT NULL CHECK (revision > 1),
    rejudge_set_id uuid NOT NULL REFERENCES rejudge_application,
    score numeric(12, 4) NOT NULL,
    max_score numeric(12, 4) NOT NULL,
    cut_score_percent int NOT NULL,
    passed boolean NOT NULL,
    items jsonb NOT NULL,
    graded_at timestamptz NOT NULL,
    PRIMARY KEY (result_id, revision)
);
CREATE FUNCTION counting_result(session uuid)
RETURNS TABLE (
    result_id uuid, session_id uuid, score numeric, max_score numeric, cut_score_percent int, passed boolean, items jsonb,
    graded_at timestamptz, revision int
)
LANGUAGE sql STABLE AS $$
    SELECT known.result_id, known.session_id, known.score, known.max_score, known.cut_score_percent, known.passed, known.items,
           known.graded_at, known.revision
    FROM (
        SELECT r.result_id, r.session_id, r.score, r.max_score, r.cut_score_percent, r.passed, r.items, r.graded_at, 1 AS revision
        FROM result r WHERE r.session_id = $1
        UNION ALL
        SELECT r.result_id, r.session_id, v.score, v.max_score, v.cut_score_percent, v.passed, v.items, v.graded_at, v.revision
        FROM result r JOIN result_revision v USING (result_id) WHERE r.session_id = $1
    ) known
    ORDER BY known.revision DESC LIMIT 1
$$;

-- Whoever made a set does not apply it, and neither does a candidate of it. The code says so first and kindly; these triggers are
-- the last line, as are those that keep a decided case as it is.
CREATE FUNCTION rejudge_ending_is_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome = 'apply' AND (
        EXISTS (SELECT FROM rejudge_set t WHERE t.rejudge_set_id = NEW.rejudge_set_id AND t.made_by = NEW.decided_by)
        OR EXISTS (SELECT FROM rejudge_member m JOIN submission u USING (submission_id) JOIN session s USING (session_id)
                   WHERE m.rejudge_set_id = NEW.rejudge_set_id AND s.candidate_id = NEW.decided_by)
    ) THEN
        RAISE EXCEPTION 'not impartial: % made this rejudge set or sat one of its sessions', NEW.decided_by
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER rejudge_ending_is_by_another BEFORE INSERT ON rejudge_ending
    FOR EACH ROW EXECUTE FUNCTION rejudge_ending_is_by_another();

CREATE FUNCTION result_revision_before_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM decision d WHERE d.result_id = NEW.result_id) THEN
        RAISE EXCEPTION 'result % is decided', NEW.result_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER result_revision_before_decision BEFORE INSERT ON result_revision
    FOR EACH ROW EXECUTE FUNCTION result_revision_before_decision();

CREATE FUNCTION judgement_switch_before_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM submission u JOIN result r USING (session_id) JOIN decision d USING (result_id)
        WHERE u.submission_id = NEW.submission_id
    ) THEN
        RAISE EXCEPTION 'the session of submission % is decided', NEW.submission_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER judgement_switch_before_decision BEFORE INSERT ON judgement_switch
    FOR EACH ROW EXECUTE FUNCTION judgement_switch_before_decision();

GRANT SELECT ON rejudge_set, rejudge_member, rejudgement, rejudging_failure, rejudge_ending, judgement_switch
    TO sarap_web, sarap_judging, sarap_registry;
GRANT SELECT ON rejudge_application, rejudge_effect, rejudge_answer, result_revision TO sarap_web, sarap_registry;
GRANT INSERT ON rejudge_set, rejudge_member, rejudge_ending, rejudge_answer TO sarap_web;
GRANT INSERT ON rejudgement, rejudging_failure TO sarap_judging;
GRANT INSERT ON rejudge_application, rejudge_effect, judgement_switch, result_revision TO sarap_registry;
-- A switch makes its dataset the one that new papers use.
GRANT UPDATE (activated_at) ON dataset TO sarap_registry;

-- A package that was imported again for a published task, of which only the judging data had changed: a newer dataset, with the
-- reference solutions that came with it and prove it. Those of a task's first dataset have none written beside them.
CREATE TABLE dataset_import (
    dataset_id uuid PRIMARY KEY REFERENCES dataset,
    package_sha256 bytea NOT NULL,
    findings jsonb NOT NULL DEFAULT '[]',
    imported_by uuid NOT NULL REFERENCES account,
    imported_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON dataset_import TO sarap_web;
ALTER TABLE reference_solution ADD COLUMN dataset_id uuid;
ALTER TABLE reference_solution ADD FOREIGN KEY (dataset_id) REFERENCES dataset NOT VALID;
ALTER TABLE reference_solution DROP CONSTRAINT reference_solution_task_id_path_key;
CREATE UNIQUE INDEX reference_solution_of_dataset ON reference_solution (task_id, dataset_id, path) NULLS NOT DISTINCT;
