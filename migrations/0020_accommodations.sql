-- What is arranged so that somebody can take part. Never why: there is no column for a diagnosis, and no free text to put one in.
CREATE TABLE accommodation (
    accommodation_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    candidate_id uuid NOT NULL REFERENCES account,
    scheme_id uuid REFERENCES scheme,   -- NULL: every scheme
    extra_percent int NOT NULL CHECK (extra_percent BETWEEN 0 AND 200),
    extra_minutes int NOT NULL CHECK (extra_minutes BETWEEN 0 AND 480),
    break_minutes int NOT NULL CHECK (break_minutes BETWEEN 0 AND 480),  -- of breaks that stop the clock
    larger_text boolean NOT NULL,
    ignored text[] NOT NULL CHECK (
        ignored <@ ARRAY['reads_aloud', 'stands_up', 'looks_away', 'screen_reader', 'moves', 'eats_or_drinks', 'helper', 'leaves_picture']
    ),
    granted_by uuid NOT NULL REFERENCES account,
    granted_at timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    CHECK (granted_by <> candidate_id),
    CHECK (granted_at < valid_until),
    CHECK (extra_percent + extra_minutes + break_minutes > 0 OR larger_text OR cardinality(ignored) > 0)
);
CREATE INDEX accommodation_of ON accommodation (candidate_id, granted_at);
-- Append-only as well: that it was granted stays on record.
CREATE TABLE accommodation_revocation (
    accommodation_id uuid PRIMARY KEY REFERENCES accommodation,
    revoked_by uuid NOT NULL REFERENCES account,
    revoked_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON accommodation, accommodation_revocation TO sarap_web;
