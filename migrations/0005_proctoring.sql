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
-- A page that does not know whether its report arrived sends it again.
CREATE UNIQUE INDEX observation_once ON observation (session_id, kind, client_time);

-- When the candidate's page was last heard. Not evidence: a gap becomes an observation (`disconnected`) when the page is back,
-- so the row may be overwritten, and may be lost with the server's power.
CREATE UNLOGGED TABLE presence (
    session_id uuid PRIMARY KEY REFERENCES session,
    last_seen_at timestamptz NOT NULL,
    seen_before_at timestamptz  -- the time before that, so that one statement both writes and tells how long the silence was
) WITH (fillfactor = 50);  -- room for the next version on the same page: one row is written every few seconds

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

-- The code says so first and kindly; this trigger is the last line.
CREATE FUNCTION incident_review_is_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM incident i
        JOIN session s USING (session_id)
        WHERE i.incident_id = NEW.incident_id AND NEW.reviewed_by IN (i.raised_by, s.candidate_id)
    ) THEN
        RAISE EXCEPTION 'not impartial: % raised this incident or is its candidate', NEW.reviewed_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incident_review_is_by_another BEFORE INSERT ON incident_review
    FOR EACH ROW EXECUTE FUNCTION incident_review_is_by_another();

GRANT SELECT, INSERT ON observation, snapshot, incident, incident_review TO sarap_web;
GRANT SELECT, INSERT, UPDATE ON presence TO sarap_web;
GRANT SELECT ON incident, incident_review TO sarap_registry;
