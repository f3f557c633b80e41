-- What is certified: a scheme with its blueprint.
CREATE TABLE scheme (
    scheme_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code text NOT NULL UNIQUE,          -- e.g. `junior-software-developer`
    names jsonb NOT NULL,               -- {"kk": …, "ru": …, "en": …}
    descriptions jsonb NOT NULL,
    duration_minutes int NOT NULL CHECK (duration_minutes BETWEEN 1 AND 1440),
    cut_score_percent int NOT NULL CHECK (cut_score_percent BETWEEN 1 AND 100),
    languages text[] NOT NULL,          -- programming languages allowed
    created_at timestamptz NOT NULL
);
CREATE TABLE blueprint_row (
    scheme_id uuid NOT NULL REFERENCES scheme,
    position int NOT NULL CHECK (position > 0),
    content_area text NOT NULL,
    points int NOT NULL CHECK (points > 0),
    PRIMARY KEY (scheme_id, position)
);

-- A paper is the tasks chosen for one session, pinned to the dataset of that moment.
CREATE TABLE paper (
    paper_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    scheme_id uuid NOT NULL REFERENCES scheme,
    assembled_at timestamptz NOT NULL
);
CREATE TABLE item (
    paper_id uuid NOT NULL REFERENCES paper,
    position int NOT NULL CHECK (position > 0),
    task_id uuid NOT NULL REFERENCES task,
    dataset_id uuid NOT NULL REFERENCES dataset,
    points int NOT NULL CHECK (points > 0),
    PRIMARY KEY (paper_id, position)
);

-- One candidate sitting one paper. Its phase is derived from the times and now, never stored.
CREATE TABLE session (
    session_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    scheme_id uuid NOT NULL REFERENCES scheme,
    paper_id uuid NOT NULL UNIQUE REFERENCES paper,
    candidate_id uuid NOT NULL REFERENCES account,
    opened_at timestamptz NOT NULL,
    consented_at timestamptz,           -- to what the consent page says
    camera_consent boolean NOT NULL DEFAULT false,
    started_at timestamptz,
    allotted_seconds int NOT NULL CHECK (allotted_seconds > 0),
    sealed_at timestamptz,
    seal_reason text CHECK (seal_reason IN ('finished', 'time_up')),
    CHECK ((sealed_at IS NULL) = (seal_reason IS NULL)),
    CHECK (started_at IS NULL OR consented_at IS NOT NULL)
);
CREATE INDEX session_of_candidate ON session (candidate_id, opened_at);
-- One unfinished session for each candidate and scheme.
CREATE UNIQUE INDEX session_unfinished ON session (candidate_id, scheme_id) WHERE sealed_at IS NULL;

-- Every acknowledged save, whole. Append-only; the newest revision of an item and language is the draft.
CREATE TABLE journal_entry (
    session_id uuid NOT NULL REFERENCES session,
    position int NOT NULL,
    revision int NOT NULL CHECK (revision > 0),  -- counts over all languages of the item
    language text NOT NULL,
    source text NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, position, revision)
);

CREATE TABLE submission (
    submission_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES session,
    position int NOT NULL,
    language text NOT NULL,
    source text NOT NULL,
    source_sha256 bytea NOT NULL CHECK (length(source_sha256) = 32),
    origin text NOT NULL CHECK (origin IN ('handed_in', 'sealed')),  -- sealed: the last draft, taken at the deadline
    submitted_at timestamptz NOT NULL
);
CREATE INDEX submission_of_session ON submission (session_id, position, submitted_at);
-- The draft that is taken at the deadline is taken once.
CREATE UNIQUE INDEX submission_sealed_once ON submission (session_id, position) WHERE origin = 'sealed';

-- Append-only, one for each submission and dataset, so that judging twice changes nothing.
CREATE TABLE judgement (
    submission_id uuid NOT NULL REFERENCES submission,
    dataset_id uuid NOT NULL REFERENCES dataset,
    verdict text NOT NULL CHECK (verdict IN ('AC', 'WA', 'TLE', 'MLE', 'OLE', 'RTE', 'CE')),
    score numeric(12, 4) NOT NULL,
    max_score numeric(12, 4) NOT NULL,
    cases jsonb NOT NULL,
    groups jsonb NOT NULL,
    compile_log text NOT NULL,
    evidence jsonb NOT NULL,
    judged_at timestamptz NOT NULL,
    PRIMARY KEY (submission_id, dataset_id)
);
-- Append-only: each time that we could not judge. No verdict follows from it; the result is held.
CREATE TABLE judging_failure (
    judging_failure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id uuid NOT NULL REFERENCES submission,
    code text NOT NULL,
    detail text NOT NULL,
    failed_at timestamptz NOT NULL
);
CREATE INDEX judging_failure_of_submission ON judging_failure (submission_id);

-- "Run the samples": the same sandbox, no score.
CREATE TABLE sample_run (
    sample_run_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES session,
    position int NOT NULL,
    language text NOT NULL,
    source text NOT NULL,
    requested_at timestamptz NOT NULL
);
CREATE INDEX sample_run_of_session ON sample_run (session_id, requested_at);
CREATE TABLE sample_run_report (
    sample_run_id uuid PRIMARY KEY REFERENCES sample_run,
    report jsonb NOT NULL,  -- verdict, compile log, and for each sample its verdict, output and first difference
    finished_at timestamptz NOT NULL
);

GRANT SELECT, INSERT ON scheme, blueprint_row, paper, item, session, journal_entry, submission, sample_run TO sarap_web;
GRANT SELECT ON judgement, judging_failure, sample_run_report TO sarap_web;
GRANT UPDATE (consented_at, camera_consent, started_at, sealed_at, seal_reason) ON session TO sarap_web, sarap_registry;
GRANT SELECT ON scheme, paper, item, session, submission, sample_run TO sarap_judging;
GRANT SELECT, INSERT ON judgement, judging_failure, sample_run_report TO sarap_judging;
GRANT SELECT ON scheme, blueprint_row, paper, item, session, journal_entry, submission, judgement, judging_failure TO sarap_registry;
GRANT INSERT ON submission TO sarap_registry;
