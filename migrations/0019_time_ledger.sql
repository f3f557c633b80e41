-- A session's time is a ledger: the deadline is its own start + what was allotted + every line written here since. Append-only.

-- What the ledger comes to, kept beside the session so that one row tells the deadline. No role may write these columns: the
-- triggers below do, and lock the session by it, so that no line is added while it is being sealed, and none afterwards.
ALTER TABLE session
    ADD COLUMN credited_seconds int NOT NULL DEFAULT 0,
    ADD COLUMN ledger_revision int NOT NULL DEFAULT 0,   -- how many lines
    ADD COLUMN paused_since timestamptz,
    ADD COLUMN pause_kind text,
    ADD COLUMN pause_max_seconds int,                     -- of a break: what is left of the allowance; then the clock goes on
    ADD CONSTRAINT session_credit_is_not_negative CHECK (credited_seconds >= 0),
    ADD CONSTRAINT session_pause_is_whole CHECK (
        (paused_since IS NULL) = (pause_kind IS NULL)
        AND (pause_max_seconds IS NOT NULL) = (pause_kind IS NOT DISTINCT FROM 'break')
    ),
    ADD CONSTRAINT session_pause_is_under_way CHECK (paused_since IS NULL OR (started_at IS NOT NULL AND sealed_at IS NULL));
CREATE INDEX session_paused ON session (paused_since) WHERE paused_since IS NOT NULL;
-- The sessions that run: who looks twice a second for those that are due reads these few, and not all that were ever sat.
CREATE INDEX session_running ON session (started_at) WHERE sealed_at IS NULL AND started_at IS NOT NULL;

CREATE TABLE time_entry (
    time_entry_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES session,
    kind text NOT NULL CHECK (kind IN ('accommodation', 'outage', 'queue_wait', 'start_jitter', 'pause', 'break', 'credit', 'correction')),
    seconds int NOT NULL,
    once text NOT NULL,                 -- what it is for, e.g. `outage:17`: written once
    rule text,                          -- the rule that wrote it, with its number, e.g. `outage>5s`
    actor_id uuid REFERENCES account,   -- or the person
    reason text NOT NULL CHECK (length(reason) <= 500),
    since timestamptz,                  -- the interval that was lost, if it is one
    until timestamptz,
    corrects uuid REFERENCES time_entry,
    evidence jsonb NOT NULL DEFAULT '{}',
    made_at timestamptz NOT NULL,
    UNIQUE (session_id, once),
    CHECK ((since IS NULL) = (until IS NULL) AND since <= until),
    CHECK ((rule IS NULL) = (kind IN ('credit', 'correction'))),
    CHECK ((actor_id IS NULL) = (rule IS NOT NULL)),
    CHECK (actor_id IS NULL OR length(reason) > 0),
    CHECK (kind <> 'credit' OR seconds > 0),
    CHECK ((kind = 'correction') = (corrects IS NOT NULL)),
    CHECK (CASE kind WHEN 'correction' THEN seconds < 0 ELSE seconds >= 0 END)
);
CREATE UNIQUE INDEX time_entry_corrected_once ON time_entry (corrects) WHERE corrects IS NOT NULL;

CREATE FUNCTION time_entry_counts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    candidate uuid;
BEGIN
    UPDATE session SET credited_seconds = credited_seconds + NEW.seconds, ledger_revision = ledger_revision + 1
    WHERE session_id = NEW.session_id AND sealed_at IS NULL
    RETURNING candidate_id INTO candidate;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'session % is sealed: its time is what it is', NEW.session_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.actor_id = candidate THEN
        RAISE EXCEPTION 'not impartial: % is the candidate', NEW.actor_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'correction' AND NOT EXISTS (
        SELECT FROM time_entry e
        WHERE e.time_entry_id = NEW.corrects AND e.session_id = NEW.session_id AND e.kind = 'credit' AND e.seconds >= -NEW.seconds
    ) THEN
        RAISE EXCEPTION 'a correction takes back a person''s credit of this session, and no more than it gave'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER time_entry_counts BEFORE INSERT ON time_entry FOR EACH ROW EXECUTE FUNCTION time_entry_counts();

-- The clock is stopped: by a proctor, without an end in time; or by the candidate's own break, for what is left of the allowance.
CREATE TABLE session_pause (
    pause_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES session,
    kind text NOT NULL CHECK (kind IN ('pause', 'break')),
    actor_id uuid NOT NULL REFERENCES account,
    reason text NOT NULL CHECK (length(reason) <= 500),
    began_at timestamptz NOT NULL,
    max_seconds int CHECK (max_seconds > 0),
    CHECK (kind <> 'pause' OR length(reason) > 0),
    CHECK ((kind = 'break') = (max_seconds IS NOT NULL))
);
CREATE INDEX session_pause_of ON session_pause (session_id, began_at);
CREATE TABLE session_pause_end (
    pause_id uuid PRIMARY KEY REFERENCES session_pause,
    actor_id uuid REFERENCES account,   -- NULL: the allowance of a break was used up, or the session was sealed
    ended_at timestamptz NOT NULL
);

CREATE FUNCTION session_pause_begins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    candidate uuid;
BEGIN
    UPDATE session SET paused_since = NEW.began_at, pause_kind = NEW.kind, pause_max_seconds = NEW.max_seconds
    WHERE session_id = NEW.session_id AND started_at IS NOT NULL AND sealed_at IS NULL AND paused_since IS NULL
    RETURNING candidate_id INTO candidate;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'session % does not run: it cannot be paused', NEW.session_id USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.kind = 'break') <> (NEW.actor_id = candidate) THEN
        RAISE EXCEPTION 'a break is the candidate''s, a pause somebody else''s' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER session_pause_begins BEFORE INSERT ON session_pause FOR EACH ROW EXECUTE FUNCTION session_pause_begins();

CREATE FUNCTION session_pause_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE session s SET paused_since = NULL, pause_kind = NULL, pause_max_seconds = NULL
    FROM session_pause p
    WHERE p.pause_id = NEW.pause_id AND s.session_id = p.session_id AND s.paused_since = p.began_at AND NEW.ended_at >= p.began_at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'pause % is not open', NEW.pause_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER session_pause_ends BEFORE INSERT ON session_pause_end FOR EACH ROW EXECUTE FUNCTION session_pause_ends();

-- The web's pulse: one row, written every second by whichever web process lives. Not unlogged: it must outlive a crash of the server.
CREATE TABLE pulse (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    beat_at timestamptz NOT NULL,
    boot_id text NOT NULL,              -- which run of which machine `uptime_s` counts in
    uptime_s double precision NOT NULL  -- of that machine, asleep or not: it does not leap when the wall clock is set
) WITH (fillfactor = 50);
-- Each time that the pulse was missed, or that the clock leapt ahead. Append-only.
CREATE TABLE outage (
    outage_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    evidence jsonb NOT NULL,            -- {"gap_seconds": 62.1, "elapsed_seconds": 62.1, "sessions": 31}
    noticed_at timestamptz NOT NULL,
    CHECK (since < until)
);

-- When a run of the samples left the queue: the wait before it is ours, the run itself is the program's.
ALTER TABLE sample_run_report ADD COLUMN began_at timestamptz, ADD COLUMN waited_seconds int;
CREATE INDEX sample_run_report_waited ON sample_run_report (finished_at) WHERE waited_seconds > 0;

GRANT SELECT, INSERT ON time_entry, session_pause, session_pause_end TO sarap_web, sarap_registry;
GRANT SELECT, INSERT, UPDATE ON pulse TO sarap_web;
GRANT SELECT ON pulse TO sarap_registry;
GRANT SELECT, INSERT ON outage TO sarap_web;
GRANT SELECT (sample_run_id, session_id, requested_at) ON sample_run TO sarap_registry;
GRANT SELECT (sample_run_id, began_at, waited_seconds, finished_at) ON sample_run_report TO sarap_registry;
