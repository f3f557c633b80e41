-- What the judge did, for each judgement of a session: canonical JSON, each record naming the SHA-256 of the one before it.
-- Append-only. `exams/judging/record.py` tells the form and checks a chain.
CREATE TABLE judging_record (
    session_id uuid NOT NULL REFERENCES session,
    position int NOT NULL CHECK (position > 0),
    submission_id uuid NOT NULL REFERENCES submission,
    previous_sha256 bytea NOT NULL CHECK (length(previous_sha256) = 32),
    document bytea NOT NULL,
    sha256 bytea NOT NULL CHECK (sha256 = sha256(document)),
    PRIMARY KEY (session_id, position)
);
CREATE INDEX judging_record_of_submission ON judging_record (submission_id, position);

-- The code takes the chain under a lock; this trigger is the last line.
CREATE FUNCTION judging_record_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.previous_sha256 IS DISTINCT FROM (CASE
        WHEN NEW.position = 1 THEN sha256(convert_to(NEW.session_id::text, 'UTF8'))
        ELSE (SELECT sha256 FROM judging_record r WHERE r.session_id = NEW.session_id AND r.position = NEW.position - 1)
    END) THEN
        RAISE EXCEPTION 'record % of session % does not follow the one before it', NEW.position, NEW.session_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER judging_record_follows BEFORE INSERT ON judging_record
    FOR EACH ROW EXECUTE FUNCTION judging_record_follows();

GRANT SELECT, INSERT ON judging_record TO sarap_judging;
GRANT SELECT ON judging_record TO sarap_web, sarap_registry;
