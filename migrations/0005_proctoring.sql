-- What the candidate's page reported. Append-only; an observation and never a verdict.
CREATE TABLE observation (
    observation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session,
    kind text NOT NULL CHECK (kind IN ('focus_lost', 'focus_gained', 'paste', 'fullscreen_left', 'fullscreen_entered',
                                       'disconnected', 'connected', 'camera_off', 'camera_on')),
    detail jsonb NOT NULL DEFAULT '{}',
    client_time timestamptz,
    received_at timestamptz NOT NULL
);
CREATE INDEX observation_of_session ON observation (session_id, observation_id);

CREATE TABLE snapshot (
    snapshot_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES session,
    image bytea NOT NULL,   -- JPEG
    sha256 bytea NOT NULL,
    received_at timestamptz NOT NULL,
    UNIQUE (session_id, sha256)
);
CREATE INDEX snapshot_of_session ON snapshot (session_id, received_at);

-- What a proctor observed, in words. While one is open the result is held.
CREATE TABLE incident (
    incident_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES session,
    raised_by uuid NOT NULL REFERENCES account,
    category text NOT NULL CHECK (category IN ('environment', 'candidate', 'proctor', 'technical', 'other')),
    description text NOT NULL CHECK (length(description) BETWEEN 1 AND 4000),
    opened_at timestamptz NOT NULL
);
CREATE INDEX incident_of_session ON incident (session_id);
-- What a person decided of it: at most one review, by somebody else.
CREATE TABLE incident_review (
    incident_id uuid PRIMARY KEY REFERENCES incident,
    reviewed_by uuid NOT NULL REFERENCES account,
    outcome text NOT NULL CHECK (outcome IN ('no_effect', 'warning', 'session_void')),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    reviewed_at timestamptz NOT NULL
);

GRANT SELECT, INSERT ON observation, snapshot, incident, incident_review TO sarap_web;
GRANT SELECT ON incident, incident_review TO sarap_registry;
