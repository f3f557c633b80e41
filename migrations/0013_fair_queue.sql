-- A queue that is fair between candidates and between sittings.
--
-- A job that takes turns says in its headers whose it is: {"urgency": 3, "session": "3:…", "sitting": "3:…"}. Its urgency is a band of
-- priorities, a hundred million wide; a more urgent band goes first. Within a band:
--   · only the first job of a session that waits has a turn; the session's others stand at the bottom of the band;
--   · a turn is one after the last turn of the sitting, but never before the turn that is served now: so sittings alternate, and
--     within a sitting so do its sessions. Since turns only go up, whoever waits is reached.
-- pgqueuer takes the highest priority first and then the lowest id, so a turn is counted down from the top of its band.
CREATE INDEX pgqueuer_session ON pgqueuer ((headers->>'session'), priority, id) WHERE status = 'queued';
CREATE INDEX pgqueuer_sitting ON pgqueuer ((headers->>'sitting'), priority) WHERE status IN ('queued', 'picked');

CREATE FUNCTION queue_band_floor(headers jsonb) RETURNS int LANGUAGE sql IMMUTABLE
RETURN (headers->>'urgency')::int * 100000000;

-- The priority that stands for the next turn of this job's sitting.
CREATE FUNCTION queue_turn(job pgqueuer) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    bottom CONSTANT int := queue_band_floor(job.headers);
    top CONSTANT int := bottom + 99999999;
    served int;
    last_of_sitting int;
BEGIN
    SELECT priority INTO served FROM pgqueuer
    WHERE entrypoint = job.entrypoint AND status = 'queued' AND priority > bottom AND priority <= top AND execute_after <= now()
    ORDER BY priority DESC LIMIT 1;
    IF served IS NULL THEN
        SELECT min(priority) INTO served FROM pgqueuer
        WHERE entrypoint = job.entrypoint AND status = 'picked' AND priority > bottom AND priority <= top;
    END IF;
    SELECT priority INTO last_of_sitting FROM pgqueuer
    WHERE headers->>'sitting' = job.headers->>'sitting' AND status IN ('queued', 'picked') AND priority > bottom AND priority <= top
    ORDER BY priority LIMIT 1;
    RETURN GREATEST(bottom + 1, LEAST(top, served, last_of_sitting - 1));
END
$$;

-- At its coming a job gets a turn, unless an earlier one of its session has one and still waits. That one is locked until the new
-- one is committed, so that nobody takes it meanwhile and finds nothing to call up. Whoever orders jobs may not lock them: the
-- function acts as its owner.
CREATE FUNCTION queue_line_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bottom CONSTANT int := queue_band_floor(NEW.headers);
BEGIN
    PERFORM FROM pgqueuer
    WHERE status = 'queued' AND headers->>'session' = NEW.headers->>'session' AND priority > bottom
    ORDER BY priority LIMIT 1 FOR SHARE SKIP LOCKED;
    NEW.priority := CASE WHEN FOUND THEN bottom ELSE queue_turn(NEW) END;
    RETURN NEW;
END
$$;
CREATE TRIGGER queue_line_up BEFORE INSERT ON pgqueuer
    FOR EACH ROW WHEN (NEW.headers ? 'session') EXECUTE FUNCTION queue_line_up();

-- When a job is taken, the next one of its session gets its turn.
CREATE FUNCTION queue_call_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pgqueuer waiting SET priority = queue_turn(NEW)
    WHERE waiting.id = (
        SELECT id FROM pgqueuer
        WHERE status = 'queued' AND headers->>'session' = NEW.headers->>'session' AND priority = queue_band_floor(NEW.headers)
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER queue_call_up AFTER UPDATE OF status ON pgqueuer
    FOR EACH ROW WHEN (OLD.status = 'queued' AND NEW.status = 'picked' AND NEW.headers ? 'session')
    EXECUTE FUNCTION queue_call_up();

-- A job that is taken from a worker that no longer beats its heart: how often that happened stands in the job's headers.
CREATE FUNCTION queue_count_death() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.headers := jsonb_set(
        CASE jsonb_typeof(NEW.headers) WHEN 'object' THEN NEW.headers ELSE '{}' END,
        '{deaths}', to_jsonb(coalesce((NEW.headers->>'deaths')::int, 0) + 1)
    );
    RETURN NEW;
END
$$;
CREATE TRIGGER queue_count_death BEFORE UPDATE ON pgqueuer
    FOR EACH ROW WHEN (OLD.status = 'picked' AND NEW.status = 'picked' AND OLD.queue_manager_id <> NEW.queue_manager_id)
    EXECUTE FUNCTION queue_count_death();

-- The queue's log keeps what a person looks for: what failed, was held or put back. That a job came, was taken and was done is known
-- from what it left; writing it down three times cost more than the job itself.
CREATE FUNCTION queue_log_nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER queue_log_nothing BEFORE INSERT ON pgqueuer_log
    FOR EACH ROW WHEN (NEW.status IN ('picked', 'successful') OR (NEW.status = 'queued' AND NEW.traceback IS NULL))
    EXECUTE FUNCTION queue_log_nothing();
-- Many rows come and go: the queue is vacuumed for what came, and not for what share of the table that is.
ALTER TABLE pgqueuer SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 500
);

-- The judging workers, each process one row: where it runs, what it can, whether it has proved itself, and when it was last heard.
CREATE TABLE judging_worker (
    worker_id uuid PRIMARY KEY,
    host text NOT NULL,
    slots int NOT NULL CHECK (slots > 0),
    runner text NOT NULL,               -- `docker`, `judge0`
    started_at timestamptz NOT NULL,
    last_heard_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('proving', 'working', 'out', 'stopped')),
    reason text NOT NULL,               -- why it is out; else empty
    languages text[] NOT NULL,          -- whose programs it can run
    engine jsonb NOT NULL,              -- what is known of its engine, e.g. {"name": "docker 27.1", "cpus": 8}
    self_check jsonb,                   -- the last one: {"failures": …, "unchecked": …, "took_ms": …}
    self_checked_at timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON judging_worker TO sarap_judging;
GRANT SELECT ON judging_worker TO sarap_web;
