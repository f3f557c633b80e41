-- A candidate says that a task's statement is wrong in one of its languages; an examiner answers. Both append-only.
CREATE TABLE translation_report (
    translation_report_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id uuid NOT NULL REFERENCES task,
    session_id uuid NOT NULL REFERENCES session,  -- whose it is; examiners are not shown it
    locale text NOT NULL,
    words text NOT NULL,
    reported_at timestamptz NOT NULL
);
CREATE INDEX translation_report_of_task ON translation_report (task_id, reported_at);
CREATE INDEX translation_report_of_session ON translation_report (session_id);

CREATE TABLE translation_answer (
    translation_report_id uuid PRIMARY KEY REFERENCES translation_report,
    outcome text NOT NULL CHECK (outcome IN ('mended', 'no_fault')),
    mended_in int CHECK (mended_in > 0),  -- a version of the task
    remark text NOT NULL,
    answered_by uuid NOT NULL REFERENCES account,
    answered_at timestamptz NOT NULL,
    CHECK ((outcome = 'mended') = (mended_in IS NOT NULL))
);

GRANT SELECT, INSERT ON translation_report, translation_answer TO sarap_web;
