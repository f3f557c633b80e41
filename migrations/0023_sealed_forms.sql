-- The exam page of a session, encrypted before its clock begins. The key is sent at the start and not before.
CREATE TABLE sealed_form (
    session_id uuid PRIMARY KEY REFERENCES session,
    made_of text NOT NULL,        -- everything but the paper that the content follows from; another value: sealed anew
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),  -- of the content with its salt; told before the start
    ciphertext bytea NOT NULL,    -- nonce, encrypted frame, tag
    key bytea NOT NULL CHECK (length(key) = 32),
    sealed_at timestamptz NOT NULL
);
ALTER TABLE sealed_form ALTER COLUMN ciphertext SET STORAGE EXTERNAL;  -- what is encrypted cannot be compressed

-- A start that is asked for twice must answer twice with the same key. The code says so first; this trigger is the last line.
CREATE FUNCTION sealed_form_stands_once_started() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM session WHERE session_id = NEW.session_id AND started_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the clock of session % runs: its form stands', NEW.session_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER sealed_form_stands_once_started BEFORE UPDATE ON sealed_form
    FOR EACH ROW EXECUTE FUNCTION sealed_form_stands_once_started();

GRANT SELECT, INSERT, UPDATE ON sealed_form TO sarap_web;
