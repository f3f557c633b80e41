-- The Safe Exam Browser's settings for one attempt. The token of its start address is in the candidate's file; here is its hash.
CREATE TABLE seb_configuration (
    configuration_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES session,
    token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    config_key text NOT NULL CHECK (config_key ~ '^[0-9a-f]{64}$'),
    salt bytea NOT NULL,
    quit_password text NOT NULL,  -- for a proctor to read out; it guards nothing else
    camera boolean NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    opened_at timestamptz         -- the start address works once
);
CREATE INDEX seb_configuration_of_session ON seb_configuration (session_id, issued_at);

-- Browser Exam Keys of a scheme: optional, one for each build and platform.
CREATE TABLE browser_exam_key (
    exam_key_id uuid PRIMARY KEY,
    scheme_id uuid NOT NULL REFERENCES scheme,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    key text NOT NULL CHECK (key ~ '^[0-9a-f]{64}$'),
    expires_at timestamptz NOT NULL,
    added_by uuid NOT NULL REFERENCES account,
    added_at timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE UNIQUE INDEX browser_exam_key_once ON browser_exam_key (scheme_id, key) WHERE withdrawn_at IS NULL;

-- A question to the page before a change of state, and its one answer. Append-only but for the answer and its use.
CREATE TABLE lockdown_check (
    nonce text PRIMARY KEY CHECK (length(nonce) BETWEEN 20 AND 64),
    session_id uuid NOT NULL REFERENCES session,
    purpose text NOT NULL CHECK (purpose IN ('start', 'resume', 'hand_in', 'finish')),
    issued_at timestamptz NOT NULL,
    answered_at timestamptz,
    level text NOT NULL DEFAULT 'none' CHECK (level IN ('none', 'SEB-CK', 'SEB-CK+BEK')),
    fault text CHECK (fault IN ('no-proof', 'other-settings', 'expired')),
    exam_key_id uuid REFERENCES browser_exam_key,
    exam_key_missing boolean NOT NULL DEFAULT false,
    used_at timestamptz,
    CHECK (answered_at IS NOT NULL OR (level = 'none' AND fault IS NULL AND used_at IS NULL)),
    CHECK (answered_at IS NULL OR (level = 'none') = (fault IS NOT NULL)),
    CHECK (used_at IS NULL OR level <> 'none')
);
CREATE INDEX lockdown_check_of_session ON lockdown_check (session_id, issued_at);

-- An answer is given once and stands. The code says so first; this trigger is the last line.
CREATE FUNCTION lockdown_answer_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL AND (OLD.answered_at, OLD.level, OLD.fault) IS DISTINCT FROM (NEW.answered_at, NEW.level, NEW.fault)
       OR OLD.used_at IS NOT NULL THEN
        RAISE EXCEPTION 'the check % is answered, or its proof is used', OLD.nonce USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER lockdown_answer_stands BEFORE UPDATE ON lockdown_check FOR EACH ROW EXECUTE FUNCTION lockdown_answer_stands();

-- A session waits for a proctor. It stops no clock and refuses no save.
CREATE TABLE session_hold (
    hold_id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session,
    held_at timestamptz NOT NULL,
    fault text CHECK (fault IN ('no-proof', 'other-settings', 'expired')),
    held_by uuid REFERENCES account,
    reason text NOT NULL CHECK (length(reason) <= 4000),
    released_at timestamptz,
    released_by uuid REFERENCES account,  -- null: a later check passed
    release_reason text NOT NULL DEFAULT '' CHECK (length(release_reason) <= 4000),
    our_fault boolean NOT NULL DEFAULT false,
    CHECK ((fault IS NULL) = (held_by IS NOT NULL)),
    CHECK (released_by IS NULL OR released_at IS NOT NULL),
    CHECK (released_by IS NULL OR release_reason <> '')
);
CREATE INDEX session_hold_of_session ON session_hold (session_id, held_at);
CREATE UNIQUE INDEX session_hold_open ON session_hold (session_id) WHERE released_at IS NULL;

-- What ended a hold stands, and nobody lets their own session go on.
CREATE FUNCTION session_hold_is_impartial() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.released_at IS NOT NULL THEN
        RAISE EXCEPTION 'the hold % has ended', OLD.hold_id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM session WHERE session_id = NEW.session_id AND candidate_id = NEW.released_by) THEN
        RAISE EXCEPTION 'not impartial: % is the candidate', NEW.released_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER session_hold_is_impartial BEFORE UPDATE ON session_hold FOR EACH ROW EXECUTE FUNCTION session_hold_is_impartial();

GRANT SELECT, INSERT ON seb_configuration, browser_exam_key, lockdown_check, session_hold TO sarap_web;
GRANT UPDATE (opened_at) ON seb_configuration TO sarap_web;
GRANT UPDATE (withdrawn_at) ON browser_exam_key TO sarap_web;
GRANT UPDATE (answered_at, level, fault, exam_key_id, exam_key_missing, used_at) ON lockdown_check TO sarap_web;
GRANT UPDATE (released_at, released_by, release_reason, our_fault) ON session_hold TO sarap_web;

-- What a check told, beside what the page reports.
ALTER TABLE observation DROP CONSTRAINT observation_kind_check;
ALTER TABLE observation ADD CONSTRAINT observation_kind_check
    CHECK (kind IN ('focus_lost', 'focus_gained', 'paste', 'fullscreen_left', 'fullscreen_entered', 'disconnected', 'connected',
                    'camera_off', 'camera_on', 'lockdown_failed', 'lockdown_released', 'exam_key_unknown')) NOT VALID;

-- The time of a hold by our fault is given back.
ALTER TABLE time_entry DROP CONSTRAINT time_entry_kind_check;
ALTER TABLE time_entry ADD CONSTRAINT time_entry_kind_check
    CHECK (kind IN ('accommodation', 'outage', 'queue_wait', 'start_jitter', 'pause', 'break', 'hold', 'credit', 'correction')) NOT VALID;
