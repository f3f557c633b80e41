-- What candidates see. A row is frozen once published_at is set; importing the package again makes the next version.
CREATE TABLE task (
    task_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    short_name text NOT NULL CHECK (short_name ~ '^[a-z0-9]+$'),
    version int NOT NULL CHECK (version > 0),
    names jsonb NOT NULL,
    statements jsonb NOT NULL,
    samples jsonb NOT NULL,
    content_area text NOT NULL,
    languages text[] NOT NULL,
    cpu_time_ms int NOT NULL CHECK (cpu_time_ms > 0),
    memory_mib int NOT NULL CHECK (memory_mib > 0),
    findings jsonb NOT NULL DEFAULT '[]',
    package_sha256 bytea NOT NULL,
    imported_by uuid NOT NULL REFERENCES account,
    imported_at timestamptz NOT NULL,
    published_by uuid REFERENCES account,
    published_at timestamptz,
    UNIQUE (short_name, version),
    CHECK ((published_by IS NULL) = (published_at IS NULL)),
    -- A second examiner publishes.
    CHECK (published_by <> imported_by)
);

-- How it is judged, versioned: a wrong test found later makes a new version.
CREATE TABLE dataset (
    dataset_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id uuid NOT NULL REFERENCES task,
    version int NOT NULL CHECK (version > 0),
    kind text NOT NULL,
    checker jsonb NOT NULL,
    cpu_time_ms int NOT NULL,
    memory_mib int NOT NULL,
    output_kib int NOT NULL,
    groups jsonb NOT NULL,  -- the tree of groups, with the names of the cases
    max_score numeric(12, 4) NOT NULL,
    created_at timestamptz NOT NULL,
    activated_at timestamptz,
    UNIQUE (task_id, version)
);
CREATE TABLE test_case (
    dataset_id uuid NOT NULL REFERENCES dataset,
    position int NOT NULL,
    name text NOT NULL,
    sample boolean NOT NULL,
    input bytea NOT NULL,
    answer bytea NOT NULL,
    PRIMARY KEY (dataset_id, position)
);

-- A reference solution is filed under the verdicts that it must earn.
CREATE TABLE reference_solution (
    reference_solution_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id uuid NOT NULL REFERENCES task,
    path text NOT NULL,
    language text NOT NULL,
    rules jsonb NOT NULL,  -- [{"permitted": ["AC", "WA"], "required": ["WA"], "score": null}], all of which it must keep
    files jsonb NOT NULL,  -- [{"name": …, "content": base64}]
    UNIQUE (task_id, path)
);
-- What the judge said of it. Append-only.
CREATE TABLE reference_judgement (
    reference_solution_id uuid NOT NULL REFERENCES reference_solution,
    dataset_id uuid NOT NULL REFERENCES dataset,
    verdict text,          -- null: undetermined
    score numeric(12, 4),
    as_expected boolean NOT NULL,
    detail jsonb NOT NULL, -- cases and evidence
    judged_at timestamptz NOT NULL,
    PRIMARY KEY (reference_solution_id, dataset_id)
);

GRANT SELECT, INSERT ON task, dataset, test_case, reference_solution TO sarap_web;
GRANT UPDATE (published_by, published_at) ON task TO sarap_web;
GRANT UPDATE (activated_at) ON dataset TO sarap_web;
GRANT SELECT ON reference_judgement TO sarap_web;
GRANT SELECT ON task, dataset, test_case, reference_solution, reference_judgement TO sarap_judging;
GRANT INSERT ON reference_judgement TO sarap_judging;
GRANT SELECT ON task, dataset TO sarap_registry;
