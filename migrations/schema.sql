-- What all migrations make together. Written by `make schema`, never by hand; for reading, not for running.

CREATE TYPE public.pgqueuer_status AS ENUM (
    'queued',
    'picked',
    'successful',
    'exception',
    'canceled',
    'deleted',
    'failed'
);

CREATE FUNCTION public.appeal_ending_is_impartial() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.outcome = 'withdrawn' THEN
        IF NOT EXISTS (SELECT FROM appeal a WHERE a.appeal_id = NEW.appeal_id AND a.made_by = NEW.ended_by) THEN
            RAISE EXCEPTION 'only whoever made appeal % withdraws it', NEW.appeal_id USING ERRCODE = 'check_violation';
        END IF;
    ELSIF EXISTS (
        SELECT FROM appeal a JOIN decision d USING (decision_id) JOIN result r USING (result_id)
        CROSS JOIN LATERAL took_part(r.session_id) p
        WHERE a.appeal_id = NEW.appeal_id AND p.account_id = NEW.ended_by
    ) THEN
        RAISE EXCEPTION 'not impartial: % had a part in what appeal % is about', NEW.ended_by, NEW.appeal_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.appeal_is_possible() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- One after the other for a session, so that two at once do not miss each other.
    PERFORM FROM session s JOIN result r USING (session_id) JOIN decision d USING (result_id)
        WHERE d.decision_id = NEW.decision_id FOR NO KEY UPDATE OF s;
    IF NOT EXISTS (
        SELECT FROM decision d JOIN result r USING (result_id) JOIN session s USING (session_id)
        CROSS JOIN LATERAL standing_decision(r.result_id) n
        WHERE d.decision_id = NEW.decision_id AND n.decision_id = d.decision_id AND s.candidate_id = NEW.made_by
    ) THEN
        RAISE EXCEPTION 'decision % does not stand, or is about somebody else', NEW.decision_id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM appeal a LEFT JOIN appeal_ending e USING (appeal_id)
               WHERE a.decision_id = NEW.decision_id AND e.appeal_id IS NULL) THEN
        RAISE EXCEPTION 'an appeal against decision % is open', NEW.decision_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.booking_has_a_seat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    place slot;
    taken int;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.ending IS NOT NULL AND (NEW.ending IS DISTINCT FROM OLD.ending OR NEW.slot_id <> OLD.slot_id) THEN
            RAISE EXCEPTION 'a booking that has ended stays as it is' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.slot_id = OLD.slot_id THEN
            RETURN NEW;
        END IF;
    ELSE
        IF NEW.voucher_sha256 IS NULL AND (SELECT (rules->>'voucher_required')::boolean FROM scheme WHERE scheme_id = NEW.scheme_id) THEN
            RAISE EXCEPTION 'this scheme is booked with a voucher' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.voucher_sha256 IS NOT NULL AND NOT EXISTS (
            SELECT FROM voucher v JOIN voucher_batch b USING (voucher_batch_id)
            WHERE v.code_sha256 = NEW.voucher_sha256 AND (b.scheme_id IS NULL OR b.scheme_id = NEW.scheme_id)
              AND NEW.booked_at <= voucher_valid_until(v.code_sha256)
        ) THEN
            RAISE EXCEPTION 'the voucher is of another scheme or has expired' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    -- Whoever books the same slot waits here until we commit, and then counts us too.
    SELECT * INTO place FROM slot WHERE slot_id = NEW.slot_id FOR NO KEY UPDATE;
    SELECT count(*) INTO taken FROM booking
    WHERE slot_id = NEW.slot_id AND ending IS DISTINCT FROM 'cancelled' AND ending IS DISTINCT FROM 'slot_cancelled';
    IF place.cancelled_at IS NOT NULL OR taken >= place.seats THEN
        RAISE EXCEPTION 'no seat is free in slot %', NEW.slot_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.counting_judgement(submission uuid, pinned_dataset uuid) RETURNS TABLE(dataset_id uuid, verdict text, score numeric, max_score numeric, cases jsonb, groups jsonb, compile_log text, evidence jsonb, judged_at timestamp with time zone, generation integer)
    LANGUAGE sql STABLE
    AS $_$
    SELECT known.dataset_id, known.verdict, known.score, known.max_score, known.cases, known.groups, known.compile_log,
           known.evidence, known.judged_at, known.generation
    FROM (
        SELECT j.dataset_id, j.verdict, j.score, j.max_score, j.cases, j.groups, j.compile_log, j.evidence, j.judged_at,
               0 AS generation
        FROM judgement j WHERE j.submission_id = $1 AND j.dataset_id = $2
        UNION ALL
        SELECT m.dataset_id, r.verdict, r.score, r.max_score, r.cases, r.groups, r.compile_log, r.evidence, r.judged_at,
               w.generation
        FROM judgement_switch w
        JOIN rejudge_member m USING (rejudge_member_id)
        JOIN rejudgement r USING (rejudge_member_id)
        WHERE w.submission_id = $1
    ) known
    ORDER BY known.generation DESC LIMIT 1
$_$;

CREATE FUNCTION public.counting_result(session uuid) RETURNS TABLE(result_id uuid, session_id uuid, score numeric, max_score numeric, cut_score_percent integer, passed boolean, items jsonb, graded_at timestamp with time zone, revision integer)
    LANGUAGE sql STABLE
    AS $_$
    SELECT known.result_id, known.session_id, known.score, known.max_score, known.cut_score_percent, known.passed, known.items,
           known.graded_at, known.revision
    FROM (
        SELECT r.result_id, r.session_id, r.score, r.max_score, r.cut_score_percent, r.passed, r.items, r.graded_at, 1 AS revision
        FROM result r WHERE r.session_id = $1
        UNION ALL
        SELECT r.result_id, r.session_id, v.score, v.max_score, v.cut_score_percent, v.passed, v.items, v.graded_at, v.revision
        FROM result r JOIN result_revision v USING (result_id) WHERE r.session_id = $1
    ) known
    ORDER BY known.revision DESC LIMIT 1
$_$;

CREATE FUNCTION public.credential_status_change_is_impartial() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM credential_intention i
        JOIN decision d ON i.source = 'decision:' || d.decision_id
        JOIN result r USING (result_id)
        JOIN session s USING (session_id)
        WHERE i.credential_id = NEW.credential_id AND s.candidate_id = NEW.decided_by
    ) THEN
        RAISE EXCEPTION 'not impartial: % holds this certificate', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.decision_follows_an_appeal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.revision > 1 AND NOT EXISTS (
        SELECT FROM appeal a JOIN appeal_ending e USING (appeal_id) JOIN decision before USING (decision_id)
        WHERE a.appeal_id = NEW.appeal_id AND e.outcome = 'upheld'
          AND before.result_id = NEW.result_id AND before.revision = NEW.revision - 1
    ) THEN
        RAISE EXCEPTION 'no upheld appeal opened result % again', NEW.result_id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM decision before WHERE before.result_id = NEW.result_id AND before.decided_by = NEW.decided_by) THEN
        RAISE EXCEPTION 'not impartial: % decided this result before', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.decision_is_impartial() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM result r
        JOIN session s USING (session_id)
        WHERE r.result_id = NEW.result_id
          AND (s.candidate_id = NEW.decided_by
               OR EXISTS (SELECT FROM item i JOIN task t USING (task_id)
                          WHERE i.paper_id = s.paper_id AND NEW.decided_by IN (t.imported_by, t.published_by))
               OR EXISTS (SELECT FROM incident n WHERE n.session_id = s.session_id AND n.raised_by = NEW.decided_by))
    ) THEN
        RAISE EXCEPTION 'not impartial: % took part in examining this candidate', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.fn_pgqueuer_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;
    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;
    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;
END;
$$;

CREATE FUNCTION public.incident_review_is_by_another() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.judgement_switch_before_decision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM submission u JOIN result r USING (session_id) CROSS JOIN LATERAL standing_decision(r.result_id) d
        WHERE u.submission_id = NEW.submission_id
    ) THEN
        RAISE EXCEPTION 'the session of submission % is decided', NEW.submission_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.judging_record_follows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.late_decision_is_impartial() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM aside a JOIN session s USING (session_id)
        WHERE a.aside_id = NEW.aside_id
          AND (s.candidate_id = NEW.decided_by
               OR EXISTS (SELECT FROM item i JOIN task t USING (task_id)
                          WHERE i.paper_id = s.paper_id AND NEW.decided_by IN (t.imported_by, t.published_by))
               OR EXISTS (SELECT FROM incident n WHERE n.session_id = s.session_id AND n.raised_by = NEW.decided_by))
    ) THEN
        RAISE EXCEPTION 'not impartial: % took part in examining this candidate', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.lockdown_answer_stands() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL AND (OLD.answered_at, OLD.level, OLD.fault) IS DISTINCT FROM (NEW.answered_at, NEW.level, NEW.fault)
       OR OLD.used_at IS NOT NULL THEN
        RAISE EXCEPTION 'the check % is answered, or its proof is used', OLD.nonce USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.number_hash(serial text) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN sha256((('sarap/number/v1 '::text || serial))::bytea);
COMMENT ON FUNCTION public.number_hash(serial text) IS 'As certificates/number_lookup.py: number_hash. A number has no backslash, so the cast takes its bytes.';

CREATE FUNCTION public.queue_band_floor(headers jsonb) RETURNS integer
    LANGUAGE sql IMMUTABLE
    RETURN (((headers ->> 'urgency'::text))::integer * 100000000);

CREATE FUNCTION public.queue_call_up() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.queue_count_death() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.headers := jsonb_set(
        CASE jsonb_typeof(NEW.headers) WHEN 'object' THEN NEW.headers ELSE '{}' END,
        '{deaths}', to_jsonb(coalesce((NEW.headers->>'deaths')::int, 0) + 1)
    );
    RETURN NEW;
END
$$;

CREATE FUNCTION public.queue_line_up() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.queue_log_nothing() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RETURN NULL; END $$;

CREATE TABLE public.pgqueuer (
    id bigint NOT NULL,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    execute_after timestamp with time zone DEFAULT now() NOT NULL,
    status public.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    slot bigint
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_analyze_scale_factor='0.02', autovacuum_analyze_threshold='500');

CREATE FUNCTION public.queue_turn(job public.pgqueuer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.rehearsal_is_never_decided() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM result r JOIN session s USING (session_id) JOIN scheme c USING (scheme_id)
               WHERE r.result_id = NEW.result_id AND (c.rules->>'rehearsal')::boolean) THEN
        RAISE EXCEPTION 'a rehearsal is never decided' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.rejudge_ending_is_by_another() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.outcome = 'apply' AND (
        EXISTS (SELECT FROM rejudge_set t WHERE t.rejudge_set_id = NEW.rejudge_set_id AND t.made_by = NEW.decided_by)
        OR EXISTS (SELECT FROM rejudge_member m JOIN submission u USING (submission_id) JOIN session s USING (session_id)
                   WHERE m.rejudge_set_id = NEW.rejudge_set_id AND s.candidate_id = NEW.decided_by)
    ) THEN
        RAISE EXCEPTION 'not impartial: % made this rejudge set or sat one of its sessions', NEW.decided_by
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.result_revision_before_decision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM standing_decision(NEW.result_id)) THEN
        RAISE EXCEPTION 'result % is decided', NEW.result_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.sealed_form_stands_once_started() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM session WHERE session_id = NEW.session_id AND started_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the clock of session % runs: its form stands', NEW.session_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.session_hold_is_impartial() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.session_pause_begins() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.session_pause_ends() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.session_starts_on_its_seat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF (SELECT (rules->>'booking_required')::boolean FROM scheme WHERE scheme_id = NEW.scheme_id)
       AND NOT EXISTS (SELECT FROM booking b WHERE b.session_id = NEW.session_id AND b.candidate_id = NEW.candidate_id
                                               AND b.scheme_id = NEW.scheme_id AND b.due_at <= NEW.started_at) THEN
        RAISE EXCEPTION 'session % has no seat that is due', NEW.session_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.slot_keeps_its_seats() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.seats < (SELECT count(*) FROM booking WHERE slot_id = NEW.slot_id AND ending IS DISTINCT FROM 'cancelled'
                                                   AND ending IS DISTINCT FROM 'slot_cancelled') THEN
        RAISE EXCEPTION 'more seats of slot % are booked', NEW.slot_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.standing_decision(of_result uuid) RETURNS TABLE(decision_id uuid, result_id uuid, decided_by uuid, outcome text, reason text, decided_at timestamp with time zone, revision integer, appeal_id uuid)
    LANGUAGE sql STABLE
    AS $_$
    SELECT d.decision_id, d.result_id, d.decided_by, d.outcome, d.reason, d.decided_at, d.revision, d.appeal_id
    FROM (SELECT * FROM decision newest WHERE newest.result_id = $1 ORDER BY newest.revision DESC LIMIT 1) d
    WHERE NOT EXISTS (SELECT FROM appeal a JOIN appeal_ending e USING (appeal_id)
                      WHERE a.decision_id = d.decision_id AND e.outcome = 'upheld')
$_$;

CREATE FUNCTION public.time_entry_counts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.took_part(of_session uuid) RETURNS TABLE(account_id uuid)
    LANGUAGE sql STABLE
    AS $_$
    SELECT s.candidate_id FROM session s WHERE s.session_id = $1
    UNION SELECT person FROM session s JOIN item i USING (paper_id) JOIN task t USING (task_id)
          CROSS JOIN LATERAL (VALUES (t.imported_by), (t.published_by)) AS author (person)
          WHERE s.session_id = $1 AND person IS NOT NULL
    UNION SELECT w.account_id FROM session_watch w WHERE w.session_id = $1
    UNION SELECT n.raised_by FROM incident n WHERE n.session_id = $1
    UNION SELECT v.reviewed_by FROM incident n JOIN incident_review v USING (incident_id) WHERE n.session_id = $1
    UNION SELECT d.decided_by FROM result r JOIN decision d USING (result_id) WHERE r.session_id = $1
$_$;

CREATE FUNCTION public.voucher_valid_until(code bytea) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$
    SELECT greatest(b.valid_until, (SELECT max(k.voucher_returned_at) + interval '90 days' FROM booking k
                                    WHERE k.voucher_sha256 = code AND k.ending IN ('slot_cancelled', 'no_show')))
    FROM voucher v JOIN voucher_batch b USING (voucher_batch_id) WHERE v.code_sha256 = code
$$;

CREATE TABLE public.accommodation (
    accommodation_id uuid DEFAULT gen_random_uuid() NOT NULL,
    candidate_id uuid NOT NULL,
    scheme_id uuid,
    extra_percent integer NOT NULL,
    extra_minutes integer NOT NULL,
    break_minutes integer NOT NULL,
    larger_text boolean NOT NULL,
    ignored text[] NOT NULL,
    granted_by uuid NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    CONSTRAINT accommodation_break_minutes_check CHECK (((break_minutes >= 0) AND (break_minutes <= 480))),
    CONSTRAINT accommodation_check CHECK ((granted_by <> candidate_id)),
    CONSTRAINT accommodation_check1 CHECK ((granted_at < valid_until)),
    CONSTRAINT accommodation_check2 CHECK (((((extra_percent + extra_minutes) + break_minutes) > 0) OR larger_text OR (cardinality(ignored) > 0))),
    CONSTRAINT accommodation_extra_minutes_check CHECK (((extra_minutes >= 0) AND (extra_minutes <= 480))),
    CONSTRAINT accommodation_extra_percent_check CHECK (((extra_percent >= 0) AND (extra_percent <= 200))),
    CONSTRAINT accommodation_ignored_check CHECK ((ignored <@ ARRAY['reads_aloud'::text, 'stands_up'::text, 'looks_away'::text, 'screen_reader'::text, 'moves'::text, 'eats_or_drinks'::text, 'helper'::text, 'leaves_picture'::text]))
);

CREATE TABLE public.accommodation_revocation (
    accommodation_id uuid NOT NULL,
    revoked_by uuid NOT NULL,
    revoked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.account (
    account_id uuid DEFAULT gen_random_uuid() NOT NULL,
    login text NOT NULL,
    password_hash text NOT NULL,
    display_name text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT account_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 200))),
    CONSTRAINT account_locale_check CHECK ((locale = ANY (ARRAY['kk'::text, 'ru'::text, 'en'::text]))),
    CONSTRAINT account_login_check CHECK (((login = lower(login)) AND ((length(login) >= 3) AND (length(login) <= 100))))
);

CREATE TABLE public.account_role (
    account_id uuid NOT NULL,
    role text NOT NULL,
    CONSTRAINT account_role_role_check CHECK ((role = ANY (ARRAY['candidate'::text, 'examiner'::text, 'proctor'::text, 'registrar'::text, 'administrator'::text])))
);

CREATE TABLE public.appeal (
    appeal_id uuid NOT NULL,
    decision_id uuid NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT appeal_kind_check CHECK ((kind = ANY (ARRAY['task'::text, 'judgement'::text, 'disturbance'::text, 'other'::text]))),
    CONSTRAINT appeal_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000)))
);

CREATE TABLE public.appeal_acknowledgement (
    appeal_id uuid NOT NULL,
    acknowledged_by uuid NOT NULL,
    acknowledged_at timestamp with time zone NOT NULL
);

CREATE TABLE public.appeal_ending (
    appeal_id uuid NOT NULL,
    outcome text NOT NULL,
    remedy text,
    ended_by uuid NOT NULL,
    reason text,
    ended_at timestamp with time zone NOT NULL,
    CONSTRAINT appeal_ending_check CHECK (((outcome = 'upheld'::text) = (remedy IS NOT NULL))),
    CONSTRAINT appeal_ending_check1 CHECK (((outcome = 'withdrawn'::text) = (reason IS NULL))),
    CONSTRAINT appeal_ending_outcome_check CHECK ((outcome = ANY (ARRAY['upheld'::text, 'not_upheld'::text, 'withdrawn'::text]))),
    CONSTRAINT appeal_ending_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000))),
    CONSTRAINT appeal_ending_remedy_check CHECK ((remedy = ANY (ARRAY['rejudge'::text, 'redecide'::text])))
);

CREATE TABLE public.aside (
    aside_id uuid NOT NULL,
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    reason text NOT NULL,
    lease_id uuid,
    base_revision integer NOT NULL,
    base_head bytea NOT NULL,
    language text NOT NULL,
    source text NOT NULL,
    files jsonb NOT NULL,
    left_drafts jsonb NOT NULL,
    edits text[] NOT NULL,
    edit_count integer NOT NULL,
    head bytea NOT NULL,
    last_nonce text NOT NULL,
    last_nonce_at timestamp with time zone,
    nonce text NOT NULL,
    receipt text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT aside_reason_check CHECK ((reason = ANY (ARRAY['stale'::text, 'lease'::text, 'late'::text])))
);

CREATE TABLE public.aside_taken (
    aside_id uuid NOT NULL,
    taken_at timestamp with time zone NOT NULL
);

CREATE TABLE public.audit_event (
    audit_event_id bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    account_id uuid,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id text
);

ALTER TABLE public.audit_event ALTER COLUMN audit_event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_event_audit_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.blueprint_row (
    scheme_id uuid NOT NULL,
    "position" integer NOT NULL,
    content_area text NOT NULL,
    points integer NOT NULL,
    CONSTRAINT blueprint_row_points_check CHECK ((points > 0)),
    CONSTRAINT blueprint_row_position_check CHECK (("position" > 0))
);

CREATE TABLE public.booking (
    booking_id uuid DEFAULT gen_random_uuid() NOT NULL,
    candidate_id uuid NOT NULL,
    scheme_id uuid NOT NULL,
    slot_id uuid NOT NULL,
    local_start timestamp without time zone NOT NULL,
    zone text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    tzdata_version text NOT NULL,
    voucher_sha256 bytea,
    voucher_returned_at timestamp with time zone,
    booked_at timestamp with time zone NOT NULL,
    revision integer DEFAULT 0 NOT NULL,
    ending text,
    ended_at timestamp with time zone,
    session_id uuid,
    due_at timestamp with time zone,
    CONSTRAINT booking_check CHECK (((ending IS NULL) = (ended_at IS NULL))),
    CONSTRAINT booking_check1 CHECK (((NOT (ending IS DISTINCT FROM 'sat'::text)) = (session_id IS NOT NULL))),
    CONSTRAINT booking_check2 CHECK (((session_id IS NULL) = (due_at IS NULL))),
    CONSTRAINT booking_check3 CHECK (((voucher_returned_at IS NULL) OR (voucher_sha256 IS NOT NULL))),
    CONSTRAINT booking_check4 CHECK (((voucher_returned_at IS NULL) OR (ending = ANY (ARRAY['cancelled'::text, 'slot_cancelled'::text, 'no_show'::text])))),
    CONSTRAINT booking_ending_check CHECK ((ending = ANY (ARRAY['cancelled'::text, 'slot_cancelled'::text, 'no_show'::text, 'sat'::text])))
);

CREATE TABLE public.browser_exam_key (
    exam_key_id uuid NOT NULL,
    scheme_id uuid NOT NULL,
    name text NOT NULL,
    key text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    added_by uuid NOT NULL,
    added_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    CONSTRAINT browser_exam_key_key_check CHECK ((key ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT browser_exam_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

CREATE TABLE public.centre (
    centre_id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    zone text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT centre_address_check CHECK (((length(address) >= 1) AND (length(address) <= 500))),
    CONSTRAINT centre_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT centre_zone_check CHECK (((length(zone) >= 1) AND (length(zone) <= 100)))
);

CREATE TABLE public.credential_bundle (
    credential_id uuid NOT NULL,
    bundle bytea NOT NULL,
    settled_at timestamp with time zone NOT NULL
);

CREATE TABLE public.credential_carrier (
    credential_id uuid NOT NULL,
    kind text NOT NULL,
    content bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    signed_by text,
    CONSTRAINT credential_carrier_content_check CHECK (((length(content) >= 1) AND (length(content) <= 4194304))),
    CONSTRAINT credential_carrier_kind_check CHECK ((kind = ANY (ARRAY['jwt'::text, 'qr'::text, 'pdf-kk'::text, 'pdf-ru'::text, 'pdf-en'::text]))),
    CONSTRAINT credential_carrier_version_check CHECK ((version > 0))
);

CREATE TABLE public.credential_intention (
    credential_id uuid NOT NULL,
    source text NOT NULL,
    serial text NOT NULL,
    status_index integer NOT NULL,
    salt bytea NOT NULL,
    recorded bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT credential_intention_salt_check CHECK ((length(salt) = 32)),
    CONSTRAINT credential_intention_status_index_check CHECK ((status_index >= 0))
);

CREATE TABLE public.credential_signature (
    credential_id uuid NOT NULL,
    leaf_index bigint NOT NULL,
    proofs bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.credential_status_change (
    change_id bigint NOT NULL,
    credential_id uuid NOT NULL,
    purpose text NOT NULL,
    active boolean NOT NULL,
    reason text NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    reason_code text,
    CONSTRAINT credential_status_change_check CHECK ((active OR (purpose = 'suspension'::text))),
    CONSTRAINT credential_status_change_purpose_check CHECK ((purpose = ANY (ARRAY['revocation'::text, 'suspension'::text]))),
    CONSTRAINT credential_status_change_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000))),
    CONSTRAINT credential_status_change_reason_code_check CHECK ((reason_code ~ '^[a-z-]{1,40}$'::text))
);

ALTER TABLE public.credential_status_change ALTER COLUMN change_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.credential_status_change_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dataset (
    dataset_id uuid DEFAULT gen_random_uuid() NOT NULL,
    task_id uuid NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    checker jsonb NOT NULL,
    cpu_time_ms integer NOT NULL,
    memory_mib integer NOT NULL,
    output_kib integer NOT NULL,
    groups jsonb NOT NULL,
    max_score numeric(12,4) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    activated_at timestamp with time zone,
    validator_language text,
    validator_files jsonb,
    validation_passes integer,
    validator_score text,
    CONSTRAINT dataset_version_check CHECK ((version > 0))
);

CREATE TABLE public.dataset_import (
    dataset_id uuid NOT NULL,
    package_sha256 bytea NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    imported_by uuid NOT NULL,
    imported_at timestamp with time zone NOT NULL
);

CREATE TABLE public.decision (
    decision_id uuid DEFAULT gen_random_uuid() NOT NULL,
    result_id uuid NOT NULL,
    decided_by uuid NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    appeal_id uuid,
    CONSTRAINT decision_outcome_check CHECK ((outcome = ANY (ARRAY['certify'::text, 'decline'::text]))),
    CONSTRAINT decision_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000))),
    CONSTRAINT decision_revision_check CHECK ((revision > 0))
);

CREATE TABLE public.incident (
    incident_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    raised_by uuid,
    category text NOT NULL,
    description text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT incident_category_check CHECK ((category = ANY (ARRAY['environment'::text, 'candidate'::text, 'proctor'::text, 'technical'::text, 'other'::text]))),
    CONSTRAINT incident_description_check CHECK (((length(description) >= 1) AND (length(description) <= 4000)))
);

CREATE TABLE public.incident_review (
    incident_id uuid NOT NULL,
    reviewed_by uuid NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    reviewed_at timestamp with time zone NOT NULL,
    CONSTRAINT incident_review_outcome_check CHECK ((outcome = ANY (ARRAY['no_effect'::text, 'warning'::text, 'session_void'::text]))),
    CONSTRAINT incident_review_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000)))
);

CREATE TABLE public.issuer_document (
    did text NOT NULL,
    version integer NOT NULL,
    document bytea NOT NULL,
    published_at timestamp with time zone NOT NULL,
    CONSTRAINT issuer_document_version_check CHECK ((version > 0))
);

CREATE TABLE public.issuer_key (
    key_name text NOT NULL,
    algorithm text NOT NULL,
    public_key bytea NOT NULL,
    chain bytea[] DEFAULT '{}'::bytea[] NOT NULL,
    introduced_at timestamp with time zone NOT NULL,
    CONSTRAINT issuer_key_key_name_check CHECK ((key_name ~ '^[a-z]+-[0-9]{4}-[0-9]+$'::text))
);

CREATE TABLE public.item (
    paper_id uuid NOT NULL,
    "position" integer NOT NULL,
    task_id uuid NOT NULL,
    dataset_id uuid NOT NULL,
    points integer NOT NULL,
    CONSTRAINT item_points_check CHECK ((points > 0)),
    CONSTRAINT item_position_check CHECK (("position" > 0))
);

CREATE TABLE public.journal_entry (
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    revision integer NOT NULL,
    language text NOT NULL,
    source text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    files jsonb DEFAULT '{}'::jsonb NOT NULL,
    left_drafts jsonb DEFAULT '{}'::jsonb NOT NULL,
    edits text[] DEFAULT '{}'::text[] NOT NULL,
    edit_count integer DEFAULT 0 NOT NULL,
    prev_head bytea DEFAULT '\x'::bytea NOT NULL,
    head bytea DEFAULT '\x'::bytea NOT NULL,
    lease_id uuid,
    nonce text DEFAULT ''::text NOT NULL,
    receipt text DEFAULT ''::text NOT NULL,
    journal_bytes bigint DEFAULT 0 NOT NULL,
    CONSTRAINT journal_entry_files_check CHECK ((jsonb_typeof(files) = 'object'::text)),
    CONSTRAINT journal_entry_revision_check CHECK ((revision > 0))
);

CREATE TABLE public.judgement (
    submission_id uuid NOT NULL,
    dataset_id uuid NOT NULL,
    verdict text NOT NULL,
    score numeric(12,4) NOT NULL,
    max_score numeric(12,4) NOT NULL,
    cases jsonb NOT NULL,
    groups jsonb NOT NULL,
    compile_log text NOT NULL,
    evidence jsonb NOT NULL,
    judged_at timestamp with time zone NOT NULL,
    CONSTRAINT judgement_verdict_check CHECK ((verdict = ANY (ARRAY['AC'::text, 'WA'::text, 'TLE'::text, 'MLE'::text, 'OLE'::text, 'RTE'::text, 'CE'::text])))
);

CREATE TABLE public.judgement_switch (
    submission_id uuid NOT NULL,
    generation integer NOT NULL,
    rejudge_member_id uuid NOT NULL,
    switched_at timestamp with time zone NOT NULL,
    CONSTRAINT judgement_switch_generation_check CHECK ((generation > 0))
);

CREATE TABLE public.judging_failure (
    judging_failure_id bigint NOT NULL,
    submission_id uuid NOT NULL,
    code text NOT NULL,
    detail text NOT NULL,
    failed_at timestamp with time zone NOT NULL
);

ALTER TABLE public.judging_failure ALTER COLUMN judging_failure_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.judging_failure_judging_failure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.judging_record (
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    submission_id uuid NOT NULL,
    previous_sha256 bytea NOT NULL,
    document bytea NOT NULL,
    sha256 bytea NOT NULL,
    CONSTRAINT judging_record_check CHECK ((sha256 = sha256(document))),
    CONSTRAINT judging_record_position_check CHECK (("position" > 0)),
    CONSTRAINT judging_record_previous_sha256_check CHECK ((length(previous_sha256) = 32))
);

CREATE TABLE public.judging_worker (
    worker_id uuid NOT NULL,
    host text NOT NULL,
    slots integer NOT NULL,
    runner text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_heard_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    languages text[] NOT NULL,
    engine jsonb NOT NULL,
    self_check jsonb,
    self_checked_at timestamp with time zone,
    CONSTRAINT judging_worker_slots_check CHECK ((slots > 0)),
    CONSTRAINT judging_worker_state_check CHECK ((state = ANY (ARRAY['proving'::text, 'working'::text, 'out'::text, 'stopped'::text])))
);

CREATE TABLE public.key_event (
    event_id bigint NOT NULL,
    key_name text NOT NULL,
    kind text NOT NULL,
    from_log_index bigint,
    persons text[] DEFAULT '{}'::text[] NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT key_event_check CHECK (((kind <> ALL (ARRAY['introduce-key'::text, 'end-key'::text])) OR (from_log_index IS NULL))),
    CONSTRAINT key_event_check1 CHECK (((kind <> 'revoke-key'::text) OR (cardinality(persons) >= 2))),
    CONSTRAINT key_event_from_log_index_check CHECK ((from_log_index >= 0)),
    CONSTRAINT key_event_kind_check CHECK ((kind = ANY (ARRAY['introduce-key'::text, 'retire-key'::text, 'revoke-key'::text, 'end-key'::text])))
);

ALTER TABLE public.key_event ALTER COLUMN event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.key_event_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.late_decision (
    aside_id uuid NOT NULL,
    decided_by uuid NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT late_decision_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'declined'::text]))),
    CONSTRAINT late_decision_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000)))
);

CREATE TABLE public.late_grading (
    aside_id uuid NOT NULL,
    graded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.lease (
    lease_id uuid NOT NULL,
    session_id uuid NOT NULL,
    tab uuid NOT NULL,
    device text NOT NULL,
    nonce text NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    CONSTRAINT lease_device_check CHECK (((length(device) >= 1) AND (length(device) <= 80))),
    CONSTRAINT lease_nonce_check CHECK ((nonce ~ '^[0-9a-f]{32}$'::text))
);

CREATE TABLE public.lockdown_check (
    nonce text NOT NULL,
    session_id uuid NOT NULL,
    purpose text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    level text DEFAULT 'none'::text NOT NULL,
    fault text,
    exam_key_id uuid,
    exam_key_missing boolean DEFAULT false NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT lockdown_check_check CHECK (((answered_at IS NOT NULL) OR ((level = 'none'::text) AND (fault IS NULL) AND (used_at IS NULL)))),
    CONSTRAINT lockdown_check_check1 CHECK (((answered_at IS NULL) OR ((level = 'none'::text) = (fault IS NOT NULL)))),
    CONSTRAINT lockdown_check_check2 CHECK (((used_at IS NULL) OR (level <> 'none'::text))),
    CONSTRAINT lockdown_check_fault_check CHECK ((fault = ANY (ARRAY['no-proof'::text, 'other-settings'::text, 'expired'::text]))),
    CONSTRAINT lockdown_check_level_check CHECK ((level = ANY (ARRAY['none'::text, 'SEB-CK'::text, 'SEB-CK+BEK'::text]))),
    CONSTRAINT lockdown_check_nonce_check CHECK (((length(nonce) >= 20) AND (length(nonce) <= 64))),
    CONSTRAINT lockdown_check_purpose_check CHECK ((purpose = ANY (ARRAY['start'::text, 'resume'::text, 'hand_in'::text, 'finish'::text])))
);

CREATE TABLE public.log_checkpoint (
    tree_size bigint NOT NULL,
    root_hash bytea NOT NULL,
    note text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT log_checkpoint_root_hash_check CHECK ((length(root_hash) = 32)),
    CONSTRAINT log_checkpoint_tree_size_check CHECK ((tree_size > 0))
);

CREATE TABLE public.log_cosignature (
    tree_size bigint NOT NULL,
    witness text NOT NULL,
    key_id bytea NOT NULL,
    line text NOT NULL,
    cosigned_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT log_cosignature_key_id_check CHECK ((length(key_id) = 4))
);

CREATE TABLE public.log_leaf (
    leaf_index bigint NOT NULL,
    leaf_hash bytea NOT NULL,
    kind text NOT NULL,
    entry text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT log_leaf_kind_check CHECK ((kind = ANY (ARRAY['issue'::text, 'revoke'::text, 'suspend'::text, 'reinstate'::text, 'introduce-key'::text, 'retire-key'::text, 'revoke-key'::text, 'end-key'::text]))),
    CONSTRAINT log_leaf_leaf_hash_check CHECK ((length(leaf_hash) = 32)),
    CONSTRAINT log_leaf_leaf_index_check CHECK ((leaf_index >= 0))
);

CREATE TABLE public.log_node (
    level smallint NOT NULL,
    "position" bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT log_node_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT log_node_level_check CHECK ((level >= 0)),
    CONSTRAINT log_node_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.log_witness_refusal (
    refusal_id bigint NOT NULL,
    witness text NOT NULL,
    tree_size bigint NOT NULL,
    why text NOT NULL,
    detail text NOT NULL,
    refused_at timestamp with time zone NOT NULL,
    CONSTRAINT log_witness_refusal_detail_check CHECK ((length(detail) <= 300)),
    CONSTRAINT log_witness_refusal_tree_size_check CHECK ((tree_size > 0)),
    CONSTRAINT log_witness_refusal_why_check CHECK ((why = ANY (ARRAY['away'::text, 'refused'::text, 'rolled-back'::text, 'forked'::text])))
);

ALTER TABLE public.log_witness_refusal ALTER COLUMN refusal_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.log_witness_refusal_refusal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.observation (
    observation_id bigint NOT NULL,
    session_id uuid NOT NULL,
    kind text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    client_time timestamp with time zone,
    received_at timestamp with time zone NOT NULL
);

ALTER TABLE public.observation ALTER COLUMN observation_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.observation_observation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outage (
    outage_id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    evidence jsonb NOT NULL,
    noticed_at timestamp with time zone NOT NULL,
    CONSTRAINT outage_check CHECK ((since < until))
);

ALTER TABLE public.outage ALTER COLUMN outage_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outage_outage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.paper (
    paper_id uuid DEFAULT gen_random_uuid() NOT NULL,
    scheme_id uuid NOT NULL,
    assembled_at timestamp with time zone NOT NULL,
    languages text[]
);

CREATE SEQUENCE public.pgqueuer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgqueuer_id_seq OWNED BY public.pgqueuer.id;

CREATE TABLE public.pgqueuer_log (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    job_id bigint NOT NULL,
    status public.pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
);

ALTER TABLE public.pgqueuer_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pgqueuer_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pgqueuer_schedules (
    id bigint NOT NULL,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    next_run timestamp with time zone DEFAULT now() NOT NULL,
    last_run timestamp with time zone,
    status public.pgqueuer_status DEFAULT 'queued'::public.pgqueuer_status
);

CREATE SEQUENCE public.pgqueuer_schedules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgqueuer_schedules_id_seq OWNED BY public.pgqueuer_schedules.id;

CREATE TABLE public.pgqueuer_statistics (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT date_trunc('sec'::text, now()) NOT NULL,
    count bigint NOT NULL,
    priority integer NOT NULL,
    status public.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
);

CREATE SEQUENCE public.pgqueuer_statistics_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgqueuer_statistics_id_seq OWNED BY public.pgqueuer_statistics.id;

CREATE UNLOGGED TABLE public.presence (
    session_id uuid NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    seen_before_at timestamp with time zone
)
WITH (fillfactor='50');

CREATE TABLE public.pulse (
    only_row boolean DEFAULT true NOT NULL,
    beat_at timestamp with time zone NOT NULL,
    boot_id text NOT NULL,
    uptime_s double precision NOT NULL,
    CONSTRAINT pulse_only_row_check CHECK (only_row)
)
WITH (fillfactor='50');

CREATE TABLE public.reference_judgement (
    reference_solution_id uuid NOT NULL,
    dataset_id uuid NOT NULL,
    verdict text,
    score numeric(12,4),
    as_expected boolean NOT NULL,
    detail jsonb NOT NULL,
    judged_at timestamp with time zone NOT NULL
);

CREATE TABLE public.reference_solution (
    reference_solution_id uuid DEFAULT gen_random_uuid() NOT NULL,
    task_id uuid NOT NULL,
    path text NOT NULL,
    language text NOT NULL,
    rules jsonb NOT NULL,
    files jsonb NOT NULL,
    dataset_id uuid
);

CREATE TABLE public.rejudge_answer (
    rejudge_set_id uuid NOT NULL,
    session_id uuid NOT NULL,
    answered_by uuid NOT NULL,
    words text NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    CONSTRAINT rejudge_answer_words_check CHECK (((length(words) >= 1) AND (length(words) <= 4000)))
);

CREATE TABLE public.rejudge_application (
    rejudge_set_id uuid NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

CREATE TABLE public.rejudge_effect (
    rejudge_set_id uuid NOT NULL,
    session_id uuid NOT NULL,
    effect text NOT NULL,
    points_before numeric(12,4) NOT NULL,
    points_after numeric(12,4) NOT NULL,
    passed_before boolean,
    passed_after boolean,
    CONSTRAINT rejudge_effect_effect_check CHECK ((effect = ANY (ARRAY['switched'::text, 'kept'::text, 'decided'::text])))
);

CREATE TABLE public.rejudge_ending (
    rejudge_set_id uuid NOT NULL,
    outcome text NOT NULL,
    decided_by uuid NOT NULL,
    reason text NOT NULL,
    lowered jsonb DEFAULT '[]'::jsonb NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT rejudge_ending_outcome_check CHECK ((outcome = ANY (ARRAY['apply'::text, 'cancel'::text]))),
    CONSTRAINT rejudge_ending_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000)))
);

CREATE TABLE public.rejudge_member (
    rejudge_member_id uuid DEFAULT gen_random_uuid() NOT NULL,
    rejudge_set_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    dataset_id uuid NOT NULL
);

CREATE TABLE public.rejudge_set (
    rejudge_set_id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    dataset_id uuid,
    choice jsonb NOT NULL,
    reason text NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT rejudge_set_check CHECK (((kind = 'dataset'::text) = (dataset_id IS NOT NULL))),
    CONSTRAINT rejudge_set_kind_check CHECK ((kind = ANY (ARRAY['dataset'::text, 'anew'::text]))),
    CONSTRAINT rejudge_set_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000)))
);

CREATE TABLE public.rejudgement (
    rejudge_member_id uuid NOT NULL,
    verdict text NOT NULL,
    score numeric(12,4) NOT NULL,
    max_score numeric(12,4) NOT NULL,
    cases jsonb NOT NULL,
    groups jsonb NOT NULL,
    compile_log text NOT NULL,
    evidence jsonb NOT NULL,
    judged_at timestamp with time zone NOT NULL,
    CONSTRAINT rejudgement_verdict_check CHECK ((verdict = ANY (ARRAY['AC'::text, 'WA'::text, 'TLE'::text, 'MLE'::text, 'OLE'::text, 'RTE'::text, 'CE'::text])))
);

CREATE TABLE public.rejudging_failure (
    rejudging_failure_id bigint NOT NULL,
    rejudge_member_id uuid NOT NULL,
    code text NOT NULL,
    detail text NOT NULL,
    final boolean NOT NULL,
    failed_at timestamp with time zone NOT NULL
);

ALTER TABLE public.rejudging_failure ALTER COLUMN rejudging_failure_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rejudging_failure_rejudging_failure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.result (
    result_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    score numeric(12,4) NOT NULL,
    max_score numeric(12,4) NOT NULL,
    cut_score_percent integer NOT NULL,
    passed boolean NOT NULL,
    items jsonb NOT NULL,
    graded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.result_revision (
    result_id uuid NOT NULL,
    revision integer NOT NULL,
    rejudge_set_id uuid,
    score numeric(12,4) NOT NULL,
    max_score numeric(12,4) NOT NULL,
    cut_score_percent integer NOT NULL,
    passed boolean NOT NULL,
    items jsonb NOT NULL,
    graded_at timestamp with time zone NOT NULL,
    aside_id uuid,
    CONSTRAINT result_revision_revision_check CHECK ((revision > 1))
);

CREATE TABLE public.sample_run (
    sample_run_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    language text NOT NULL,
    source text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    files jsonb DEFAULT '{}'::jsonb NOT NULL,
    input text,
    CONSTRAINT sample_run_files_check CHECK ((jsonb_typeof(files) = 'object'::text))
);

CREATE TABLE public.sample_run_report (
    sample_run_id uuid NOT NULL,
    report jsonb NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    began_at timestamp with time zone,
    waited_seconds integer
);

CREATE TABLE public.schema_migrations (
    version text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.scheme (
    scheme_id uuid DEFAULT gen_random_uuid() NOT NULL,
    code text NOT NULL,
    names jsonb NOT NULL,
    descriptions jsonb NOT NULL,
    duration_minutes integer NOT NULL,
    cut_score_percent integer NOT NULL,
    languages text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    rules jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT scheme_cut_score_percent_check CHECK (((cut_score_percent >= 1) AND (cut_score_percent <= 100))),
    CONSTRAINT scheme_duration_minutes_check CHECK (((duration_minutes >= 1) AND (duration_minutes <= 1440))),
    CONSTRAINT scheme_rules_check CHECK ((jsonb_typeof(rules) = 'object'::text))
);

CREATE TABLE public.sealed_form (
    session_id uuid NOT NULL,
    made_of text NOT NULL,
    sha256 bytea NOT NULL,
    ciphertext bytea NOT NULL,
    key bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    CONSTRAINT sealed_form_key_check CHECK ((length(key) = 32)),
    CONSTRAINT sealed_form_sha256_check CHECK ((length(sha256) = 32))
);

ALTER TABLE ONLY public.sealed_form ALTER COLUMN ciphertext SET STORAGE EXTERNAL;

CREATE TABLE public.seb_configuration (
    configuration_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    token_sha256 bytea NOT NULL,
    config_key text NOT NULL,
    salt bytea NOT NULL,
    quit_password text NOT NULL,
    camera boolean NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    CONSTRAINT seb_configuration_config_key_check CHECK ((config_key ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT seb_configuration_token_sha256_check CHECK ((length(token_sha256) = 32))
);

CREATE TABLE public.session (
    session_id uuid DEFAULT gen_random_uuid() NOT NULL,
    scheme_id uuid NOT NULL,
    paper_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    consented_at timestamp with time zone,
    camera_consent boolean DEFAULT false NOT NULL,
    started_at timestamp with time zone,
    allotted_seconds integer NOT NULL,
    sealed_at timestamp with time zone,
    seal_reason text,
    lease_id uuid,
    credited_seconds integer DEFAULT 0 NOT NULL,
    ledger_revision integer DEFAULT 0 NOT NULL,
    paused_since timestamp with time zone,
    pause_kind text,
    pause_max_seconds integer,
    CONSTRAINT session_allotted_seconds_check CHECK ((allotted_seconds > 0)),
    CONSTRAINT session_check CHECK (((sealed_at IS NULL) = (seal_reason IS NULL))),
    CONSTRAINT session_check1 CHECK (((started_at IS NULL) OR (consented_at IS NOT NULL))),
    CONSTRAINT session_credit_is_not_negative CHECK ((credited_seconds >= 0)),
    CONSTRAINT session_pause_is_under_way CHECK (((paused_since IS NULL) OR ((started_at IS NOT NULL) AND (sealed_at IS NULL)))),
    CONSTRAINT session_pause_is_whole CHECK ((((paused_since IS NULL) = (pause_kind IS NULL)) AND ((pause_max_seconds IS NOT NULL) = (NOT (pause_kind IS DISTINCT FROM 'break'::text))))),
    CONSTRAINT session_seal_reason_check CHECK ((seal_reason = ANY (ARRAY['finished'::text, 'time_up'::text])))
);

CREATE TABLE public.session_hold (
    hold_id uuid NOT NULL,
    session_id uuid NOT NULL,
    held_at timestamp with time zone NOT NULL,
    fault text,
    held_by uuid,
    reason text NOT NULL,
    released_at timestamp with time zone,
    released_by uuid,
    release_reason text DEFAULT ''::text NOT NULL,
    our_fault boolean DEFAULT false NOT NULL,
    CONSTRAINT session_hold_check CHECK (((fault IS NULL) = (held_by IS NOT NULL))),
    CONSTRAINT session_hold_check1 CHECK (((released_by IS NULL) OR (released_at IS NOT NULL))),
    CONSTRAINT session_hold_check2 CHECK (((released_by IS NULL) OR (release_reason <> ''::text))),
    CONSTRAINT session_hold_fault_check CHECK ((fault = ANY (ARRAY['no-proof'::text, 'other-settings'::text, 'expired'::text]))),
    CONSTRAINT session_hold_reason_check CHECK ((length(reason) <= 4000)),
    CONSTRAINT session_hold_release_reason_check CHECK ((length(release_reason) <= 4000))
);

CREATE TABLE public.session_pause (
    pause_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    kind text NOT NULL,
    actor_id uuid NOT NULL,
    reason text NOT NULL,
    began_at timestamp with time zone NOT NULL,
    max_seconds integer,
    CONSTRAINT session_pause_check CHECK (((kind <> 'pause'::text) OR (length(reason) > 0))),
    CONSTRAINT session_pause_check1 CHECK (((kind = 'break'::text) = (max_seconds IS NOT NULL))),
    CONSTRAINT session_pause_kind_check CHECK ((kind = ANY (ARRAY['pause'::text, 'break'::text]))),
    CONSTRAINT session_pause_max_seconds_check CHECK ((max_seconds > 0)),
    CONSTRAINT session_pause_reason_check CHECK ((length(reason) <= 500))
);

CREATE TABLE public.session_pause_end (
    pause_id uuid NOT NULL,
    actor_id uuid,
    ended_at timestamp with time zone NOT NULL
);

CREATE TABLE public.session_watch (
    session_id uuid NOT NULL,
    account_id uuid NOT NULL,
    watched_at timestamp with time zone NOT NULL
);

CREATE TABLE public.slot (
    slot_id uuid DEFAULT gen_random_uuid() NOT NULL,
    scheme_id uuid NOT NULL,
    centre_id uuid,
    local_start timestamp without time zone NOT NULL,
    zone text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    tzdata_version text NOT NULL,
    seats integer NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    cancelled_by uuid,
    cancelled_at timestamp with time zone,
    cancel_reason text,
    CONSTRAINT slot_cancel_reason_check CHECK (((length(cancel_reason) >= 1) AND (length(cancel_reason) <= 4000))),
    CONSTRAINT slot_check CHECK (((cancelled_at IS NULL) = (cancel_reason IS NULL))),
    CONSTRAINT slot_seats_check CHECK (((seats >= 1) AND (seats <= 10000)))
);

CREATE TABLE public.snapshot (
    snapshot_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    image bytea NOT NULL,
    sha256 bytea NOT NULL,
    received_at timestamp with time zone NOT NULL
);

CREATE TABLE public.status_list_publication (
    purpose text NOT NULL,
    version integer NOT NULL,
    credential bytea NOT NULL,
    published_at timestamp with time zone NOT NULL,
    jwt bytea,
    CONSTRAINT status_list_publication_purpose_check CHECK ((purpose = ANY (ARRAY['revocation'::text, 'suspension'::text, 'message'::text]))),
    CONSTRAINT status_list_publication_version_check CHECK ((version > 0))
);

CREATE TABLE public.submission (
    submission_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    language text NOT NULL,
    source text NOT NULL,
    source_sha256 bytea NOT NULL,
    origin text NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    files jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT submission_files_check CHECK ((jsonb_typeof(files) = 'object'::text)),
    CONSTRAINT submission_origin_check CHECK ((origin = ANY (ARRAY['handed_in'::text, 'sealed'::text, 'late'::text]))),
    CONSTRAINT submission_source_sha256_check CHECK ((length(source_sha256) = 32))
);

CREATE TABLE public.task (
    task_id uuid DEFAULT gen_random_uuid() NOT NULL,
    short_name text NOT NULL,
    version integer NOT NULL,
    names jsonb NOT NULL,
    statements jsonb NOT NULL,
    samples jsonb NOT NULL,
    content_area text NOT NULL,
    languages text[] NOT NULL,
    cpu_time_ms integer NOT NULL,
    memory_mib integer NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    package_sha256 bytea NOT NULL,
    imported_by uuid NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    published_by uuid,
    published_at timestamp with time zone,
    CONSTRAINT task_check CHECK (((published_by IS NULL) = (published_at IS NULL))),
    CONSTRAINT task_check1 CHECK ((published_by <> imported_by)),
    CONSTRAINT task_cpu_time_ms_check CHECK ((cpu_time_ms > 0)),
    CONSTRAINT task_memory_mib_check CHECK ((memory_mib > 0)),
    CONSTRAINT task_short_name_check CHECK ((short_name ~ '^[a-z0-9]+$'::text)),
    CONSTRAINT task_version_check CHECK ((version > 0))
);

CREATE TABLE public.test_case (
    dataset_id uuid NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    sample boolean NOT NULL,
    input bytea NOT NULL,
    answer bytea NOT NULL,
    validator_arguments text[]
);

CREATE TABLE public.time_entry (
    time_entry_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    kind text NOT NULL,
    seconds integer NOT NULL,
    once text NOT NULL,
    rule text,
    actor_id uuid,
    reason text NOT NULL,
    since timestamp with time zone,
    until timestamp with time zone,
    corrects uuid,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT time_entry_check CHECK ((((since IS NULL) = (until IS NULL)) AND (since <= until))),
    CONSTRAINT time_entry_check1 CHECK (((rule IS NULL) = (kind = ANY (ARRAY['credit'::text, 'correction'::text])))),
    CONSTRAINT time_entry_check2 CHECK (((actor_id IS NULL) = (rule IS NOT NULL))),
    CONSTRAINT time_entry_check3 CHECK (((actor_id IS NULL) OR (length(reason) > 0))),
    CONSTRAINT time_entry_check4 CHECK (((kind <> 'credit'::text) OR (seconds > 0))),
    CONSTRAINT time_entry_check5 CHECK (((kind = 'correction'::text) = (corrects IS NOT NULL))),
    CONSTRAINT time_entry_check6 CHECK (
CASE kind
    WHEN 'correction'::text THEN (seconds < 0)
    ELSE (seconds >= 0)
END),
    CONSTRAINT time_entry_reason_check CHECK ((length(reason) <= 500))
);

CREATE TABLE public.token_list_publication (
    version integer NOT NULL,
    statuses text NOT NULL,
    content text NOT NULL,
    method text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    CONSTRAINT token_list_publication_version_check CHECK ((version > 0))
);

CREATE TABLE public.translation_answer (
    translation_report_id uuid NOT NULL,
    outcome text NOT NULL,
    mended_in integer,
    remark text NOT NULL,
    answered_by uuid NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    CONSTRAINT translation_answer_check CHECK (((outcome = 'mended'::text) = (mended_in IS NOT NULL))),
    CONSTRAINT translation_answer_mended_in_check CHECK ((mended_in > 0)),
    CONSTRAINT translation_answer_outcome_check CHECK ((outcome = ANY (ARRAY['mended'::text, 'no_fault'::text])))
);

CREATE TABLE public.translation_report (
    translation_report_id uuid DEFAULT gen_random_uuid() NOT NULL,
    task_id uuid NOT NULL,
    session_id uuid NOT NULL,
    locale text NOT NULL,
    words text NOT NULL,
    reported_at timestamp with time zone NOT NULL
);

CREATE TABLE public.voucher (
    code_sha256 bytea NOT NULL,
    voucher_batch_id uuid NOT NULL,
    CONSTRAINT voucher_code_sha256_check CHECK ((length(code_sha256) = 32))
);

CREATE TABLE public.voucher_batch (
    voucher_batch_id uuid DEFAULT gen_random_uuid() NOT NULL,
    scheme_id uuid,
    note text NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    issued_by uuid,
    issued_at timestamp with time zone NOT NULL,
    CONSTRAINT voucher_batch_note_check CHECK (((length(note) >= 1) AND (length(note) <= 200)))
);

CREATE TABLE public.wallet_credential (
    request_id uuid NOT NULL,
    content text NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    CONSTRAINT wallet_credential_content_check CHECK (((length(content) >= 1) AND (length(content) <= 65536)))
);

CREATE TABLE public.wallet_offer (
    offer_id uuid NOT NULL,
    credential_id uuid NOT NULL,
    code_sha256 bytea NOT NULL,
    short_code_mac bytea NOT NULL,
    offered_to uuid NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT wallet_offer_code_sha256_check CHECK ((length(code_sha256) = 32)),
    CONSTRAINT wallet_offer_short_code_mac_check CHECK ((length(short_code_mac) = 32))
);

CREATE TABLE public.wallet_request (
    request_id uuid NOT NULL,
    offer_id uuid NOT NULL,
    nonce_sha256 bytea NOT NULL,
    holder_key bytea NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    CONSTRAINT wallet_request_holder_key_check CHECK ((length(holder_key) = 65)),
    CONSTRAINT wallet_request_nonce_sha256_check CHECK ((length(nonce_sha256) = 32))
);

CREATE TABLE public.wallet_secret (
    only_one boolean DEFAULT true NOT NULL,
    secret bytea NOT NULL,
    CONSTRAINT wallet_secret_only_one_check CHECK (only_one),
    CONSTRAINT wallet_secret_secret_check CHECK ((length(secret) = 32))
);

CREATE TABLE public.wallet_token (
    offer_id uuid NOT NULL,
    token_sha256 bytea NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT wallet_token_token_sha256_check CHECK ((length(token_sha256) = 32))
);

CREATE TABLE public.wallet_wrong_code (
    offer_id uuid NOT NULL,
    tried_at timestamp with time zone NOT NULL
);

CREATE TABLE public.websession (
    token_sha256 bytea NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT websession_token_sha256_check CHECK ((length(token_sha256) = 32))
);

ALTER TABLE ONLY public.pgqueuer ALTER COLUMN id SET DEFAULT nextval('public.pgqueuer_id_seq'::regclass);

ALTER TABLE ONLY public.pgqueuer_schedules ALTER COLUMN id SET DEFAULT nextval('public.pgqueuer_schedules_id_seq'::regclass);

ALTER TABLE ONLY public.pgqueuer_statistics ALTER COLUMN id SET DEFAULT nextval('public.pgqueuer_statistics_id_seq'::regclass);

ALTER TABLE ONLY public.accommodation
    ADD CONSTRAINT accommodation_pkey PRIMARY KEY (accommodation_id);

ALTER TABLE ONLY public.accommodation_revocation
    ADD CONSTRAINT accommodation_revocation_pkey PRIMARY KEY (accommodation_id);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_login_key UNIQUE (login);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.account_role
    ADD CONSTRAINT account_role_pkey PRIMARY KEY (account_id, role);

ALTER TABLE ONLY public.appeal_acknowledgement
    ADD CONSTRAINT appeal_acknowledgement_pkey PRIMARY KEY (appeal_id);

ALTER TABLE ONLY public.appeal_ending
    ADD CONSTRAINT appeal_ending_pkey PRIMARY KEY (appeal_id);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_pkey PRIMARY KEY (appeal_id);

ALTER TABLE ONLY public.aside
    ADD CONSTRAINT aside_pkey PRIMARY KEY (aside_id);

ALTER TABLE ONLY public.aside
    ADD CONSTRAINT aside_session_id_position_head_key UNIQUE (session_id, "position", head);

ALTER TABLE ONLY public.aside_taken
    ADD CONSTRAINT aside_taken_pkey PRIMARY KEY (aside_id);

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (audit_event_id);

ALTER TABLE ONLY public.blueprint_row
    ADD CONSTRAINT blueprint_row_pkey PRIMARY KEY (scheme_id, "position");

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_pkey PRIMARY KEY (booking_id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_session_id_key UNIQUE (session_id);

ALTER TABLE ONLY public.browser_exam_key
    ADD CONSTRAINT browser_exam_key_pkey PRIMARY KEY (exam_key_id);

ALTER TABLE ONLY public.centre
    ADD CONSTRAINT centre_name_key UNIQUE (name);

ALTER TABLE ONLY public.centre
    ADD CONSTRAINT centre_pkey PRIMARY KEY (centre_id);

ALTER TABLE ONLY public.credential_bundle
    ADD CONSTRAINT credential_bundle_pkey PRIMARY KEY (credential_id);

ALTER TABLE ONLY public.credential_carrier
    ADD CONSTRAINT credential_carrier_pkey PRIMARY KEY (credential_id, kind, version);

ALTER TABLE ONLY public.credential_intention
    ADD CONSTRAINT credential_intention_pkey PRIMARY KEY (credential_id);

ALTER TABLE ONLY public.credential_intention
    ADD CONSTRAINT credential_intention_serial_key UNIQUE (serial);

ALTER TABLE ONLY public.credential_intention
    ADD CONSTRAINT credential_intention_source_key UNIQUE (source);

ALTER TABLE ONLY public.credential_intention
    ADD CONSTRAINT credential_intention_status_index_key UNIQUE (status_index);

ALTER TABLE ONLY public.credential_signature
    ADD CONSTRAINT credential_signature_pkey PRIMARY KEY (credential_id);

ALTER TABLE ONLY public.credential_status_change
    ADD CONSTRAINT credential_status_change_pkey PRIMARY KEY (change_id);

ALTER TABLE ONLY public.dataset_import
    ADD CONSTRAINT dataset_import_pkey PRIMARY KEY (dataset_id);

ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_pkey PRIMARY KEY (dataset_id);

ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_task_id_version_key UNIQUE (task_id, version);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_appeal_id_key UNIQUE (appeal_id);

ALTER TABLE public.decision
    ADD CONSTRAINT decision_check CHECK (((revision = 1) = (appeal_id IS NULL))) NOT VALID;

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (decision_id);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_result_id_revision_key UNIQUE (result_id, revision);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_pkey PRIMARY KEY (incident_id);

ALTER TABLE ONLY public.incident_review
    ADD CONSTRAINT incident_review_pkey PRIMARY KEY (incident_id);

ALTER TABLE ONLY public.issuer_document
    ADD CONSTRAINT issuer_document_pkey PRIMARY KEY (did, version);

ALTER TABLE ONLY public.issuer_key
    ADD CONSTRAINT issuer_key_pkey PRIMARY KEY (key_name);

ALTER TABLE ONLY public.issuer_key
    ADD CONSTRAINT issuer_key_public_key_key UNIQUE (public_key);

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (paper_id, "position");

ALTER TABLE ONLY public.journal_entry
    ADD CONSTRAINT journal_entry_pkey PRIMARY KEY (session_id, "position", revision);

ALTER TABLE ONLY public.judgement
    ADD CONSTRAINT judgement_pkey PRIMARY KEY (submission_id, dataset_id);

ALTER TABLE ONLY public.judgement_switch
    ADD CONSTRAINT judgement_switch_pkey PRIMARY KEY (submission_id, generation);

ALTER TABLE ONLY public.judgement_switch
    ADD CONSTRAINT judgement_switch_rejudge_member_id_key UNIQUE (rejudge_member_id);

ALTER TABLE ONLY public.judging_failure
    ADD CONSTRAINT judging_failure_pkey PRIMARY KEY (judging_failure_id);

ALTER TABLE ONLY public.judging_record
    ADD CONSTRAINT judging_record_pkey PRIMARY KEY (session_id, "position");

ALTER TABLE ONLY public.judging_worker
    ADD CONSTRAINT judging_worker_pkey PRIMARY KEY (worker_id);

ALTER TABLE ONLY public.key_event
    ADD CONSTRAINT key_event_key_name_kind_key UNIQUE (key_name, kind);

ALTER TABLE ONLY public.key_event
    ADD CONSTRAINT key_event_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.late_decision
    ADD CONSTRAINT late_decision_pkey PRIMARY KEY (aside_id);

ALTER TABLE ONLY public.late_grading
    ADD CONSTRAINT late_grading_pkey PRIMARY KEY (aside_id);

ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (lease_id);

ALTER TABLE ONLY public.lockdown_check
    ADD CONSTRAINT lockdown_check_pkey PRIMARY KEY (nonce);

ALTER TABLE ONLY public.log_checkpoint
    ADD CONSTRAINT log_checkpoint_pkey PRIMARY KEY (tree_size);

ALTER TABLE ONLY public.log_cosignature
    ADD CONSTRAINT log_cosignature_pkey PRIMARY KEY (tree_size, witness, key_id);

ALTER TABLE ONLY public.log_leaf
    ADD CONSTRAINT log_leaf_leaf_hash_key UNIQUE (leaf_hash);

ALTER TABLE ONLY public.log_leaf
    ADD CONSTRAINT log_leaf_pkey PRIMARY KEY (leaf_index);

ALTER TABLE ONLY public.log_node
    ADD CONSTRAINT log_node_pkey PRIMARY KEY (level, "position");

ALTER TABLE ONLY public.log_witness_refusal
    ADD CONSTRAINT log_witness_refusal_pkey PRIMARY KEY (refusal_id);

ALTER TABLE public.observation
    ADD CONSTRAINT observation_kind_check CHECK ((kind = ANY (ARRAY['focus_lost'::text, 'focus_gained'::text, 'paste'::text, 'fullscreen_left'::text, 'fullscreen_entered'::text, 'disconnected'::text, 'connected'::text, 'camera_off'::text, 'camera_on'::text, 'lockdown_failed'::text, 'lockdown_released'::text, 'exam_key_unknown'::text]))) NOT VALID;

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT observation_pkey PRIMARY KEY (observation_id);

ALTER TABLE ONLY public.outage
    ADD CONSTRAINT outage_pkey PRIMARY KEY (outage_id);

ALTER TABLE ONLY public.paper
    ADD CONSTRAINT paper_pkey PRIMARY KEY (paper_id);

ALTER TABLE ONLY public.pgqueuer_log
    ADD CONSTRAINT pgqueuer_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pgqueuer
    ADD CONSTRAINT pgqueuer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_expression_entrypoint_key UNIQUE (expression, entrypoint);

ALTER TABLE ONLY public.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pgqueuer_statistics
    ADD CONSTRAINT pgqueuer_statistics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY public.pulse
    ADD CONSTRAINT pulse_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.reference_judgement
    ADD CONSTRAINT reference_judgement_pkey PRIMARY KEY (reference_solution_id, dataset_id);

ALTER TABLE ONLY public.reference_solution
    ADD CONSTRAINT reference_solution_pkey PRIMARY KEY (reference_solution_id);

ALTER TABLE ONLY public.rejudge_answer
    ADD CONSTRAINT rejudge_answer_pkey PRIMARY KEY (rejudge_set_id, session_id);

ALTER TABLE ONLY public.rejudge_application
    ADD CONSTRAINT rejudge_application_pkey PRIMARY KEY (rejudge_set_id);

ALTER TABLE ONLY public.rejudge_effect
    ADD CONSTRAINT rejudge_effect_pkey PRIMARY KEY (rejudge_set_id, session_id);

ALTER TABLE ONLY public.rejudge_ending
    ADD CONSTRAINT rejudge_ending_pkey PRIMARY KEY (rejudge_set_id);

ALTER TABLE ONLY public.rejudge_member
    ADD CONSTRAINT rejudge_member_pkey PRIMARY KEY (rejudge_member_id);

ALTER TABLE ONLY public.rejudge_member
    ADD CONSTRAINT rejudge_member_rejudge_set_id_submission_id_key UNIQUE (rejudge_set_id, submission_id);

ALTER TABLE ONLY public.rejudge_set
    ADD CONSTRAINT rejudge_set_pkey PRIMARY KEY (rejudge_set_id);

ALTER TABLE ONLY public.rejudgement
    ADD CONSTRAINT rejudgement_pkey PRIMARY KEY (rejudge_member_id);

ALTER TABLE ONLY public.rejudging_failure
    ADD CONSTRAINT rejudging_failure_pkey PRIMARY KEY (rejudging_failure_id);

ALTER TABLE ONLY public.result
    ADD CONSTRAINT result_pkey PRIMARY KEY (result_id);

ALTER TABLE ONLY public.result_revision
    ADD CONSTRAINT result_revision_pkey PRIMARY KEY (result_id, revision);

ALTER TABLE ONLY public.result
    ADD CONSTRAINT result_session_id_key UNIQUE (session_id);

ALTER TABLE ONLY public.sample_run
    ADD CONSTRAINT sample_run_pkey PRIMARY KEY (sample_run_id);

ALTER TABLE ONLY public.sample_run_report
    ADD CONSTRAINT sample_run_report_pkey PRIMARY KEY (sample_run_id);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.scheme
    ADD CONSTRAINT scheme_code_key UNIQUE (code);

ALTER TABLE ONLY public.scheme
    ADD CONSTRAINT scheme_pkey PRIMARY KEY (scheme_id);

ALTER TABLE ONLY public.sealed_form
    ADD CONSTRAINT sealed_form_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY public.seb_configuration
    ADD CONSTRAINT seb_configuration_pkey PRIMARY KEY (configuration_id);

ALTER TABLE ONLY public.seb_configuration
    ADD CONSTRAINT seb_configuration_token_sha256_key UNIQUE (token_sha256);

ALTER TABLE ONLY public.session_hold
    ADD CONSTRAINT session_hold_pkey PRIMARY KEY (hold_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_paper_id_key UNIQUE (paper_id);

ALTER TABLE ONLY public.session_pause_end
    ADD CONSTRAINT session_pause_end_pkey PRIMARY KEY (pause_id);

ALTER TABLE ONLY public.session_pause
    ADD CONSTRAINT session_pause_pkey PRIMARY KEY (pause_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY public.session_watch
    ADD CONSTRAINT session_watch_pkey PRIMARY KEY (session_id, account_id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_pkey PRIMARY KEY (slot_id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_slot_id_scheme_id_key UNIQUE (slot_id, scheme_id);

ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT snapshot_pkey PRIMARY KEY (snapshot_id);

ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT snapshot_session_id_sha256_key UNIQUE (session_id, sha256);

ALTER TABLE ONLY public.status_list_publication
    ADD CONSTRAINT status_list_publication_pkey PRIMARY KEY (purpose, version);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_pkey PRIMARY KEY (submission_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (task_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_short_name_version_key UNIQUE (short_name, version);

ALTER TABLE ONLY public.test_case
    ADD CONSTRAINT test_case_pkey PRIMARY KEY (dataset_id, "position");

ALTER TABLE public.time_entry
    ADD CONSTRAINT time_entry_kind_check CHECK ((kind = ANY (ARRAY['accommodation'::text, 'outage'::text, 'queue_wait'::text, 'start_jitter'::text, 'pause'::text, 'break'::text, 'hold'::text, 'credit'::text, 'correction'::text]))) NOT VALID;

ALTER TABLE ONLY public.time_entry
    ADD CONSTRAINT time_entry_pkey PRIMARY KEY (time_entry_id);

ALTER TABLE ONLY public.time_entry
    ADD CONSTRAINT time_entry_session_id_once_key UNIQUE (session_id, once);

ALTER TABLE ONLY public.token_list_publication
    ADD CONSTRAINT token_list_publication_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.translation_answer
    ADD CONSTRAINT translation_answer_pkey PRIMARY KEY (translation_report_id);

ALTER TABLE ONLY public.translation_report
    ADD CONSTRAINT translation_report_pkey PRIMARY KEY (translation_report_id);

ALTER TABLE ONLY public.voucher_batch
    ADD CONSTRAINT voucher_batch_pkey PRIMARY KEY (voucher_batch_id);

ALTER TABLE ONLY public.voucher
    ADD CONSTRAINT voucher_pkey PRIMARY KEY (code_sha256);

ALTER TABLE ONLY public.wallet_credential
    ADD CONSTRAINT wallet_credential_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY public.wallet_offer
    ADD CONSTRAINT wallet_offer_code_sha256_key UNIQUE (code_sha256);

ALTER TABLE ONLY public.wallet_offer
    ADD CONSTRAINT wallet_offer_pkey PRIMARY KEY (offer_id);

ALTER TABLE ONLY public.wallet_request
    ADD CONSTRAINT wallet_request_nonce_sha256_key UNIQUE (nonce_sha256);

ALTER TABLE ONLY public.wallet_request
    ADD CONSTRAINT wallet_request_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY public.wallet_secret
    ADD CONSTRAINT wallet_secret_pkey PRIMARY KEY (only_one);

ALTER TABLE ONLY public.wallet_token
    ADD CONSTRAINT wallet_token_pkey PRIMARY KEY (offer_id);

ALTER TABLE ONLY public.wallet_token
    ADD CONSTRAINT wallet_token_token_sha256_key UNIQUE (token_sha256);

ALTER TABLE ONLY public.websession
    ADD CONSTRAINT websession_pkey PRIMARY KEY (token_sha256);

CREATE INDEX accommodation_of ON public.accommodation USING btree (candidate_id, granted_at);

CREATE INDEX appeal_of_decision ON public.appeal USING btree (decision_id, made_at);

CREATE INDEX audit_event_of_subject ON public.audit_event USING btree (subject, audit_event_id);

CREATE INDEX booking_of_candidate ON public.booking USING btree (candidate_id, booked_at);

CREATE INDEX booking_of_slot ON public.booking USING btree (slot_id);

CREATE UNIQUE INDEX booking_open ON public.booking USING btree (candidate_id, scheme_id) WHERE (ending IS NULL);

CREATE INDEX booking_to_come ON public.booking USING btree (starts_at) WHERE (ending IS NULL);

CREATE UNIQUE INDEX booking_voucher ON public.booking USING btree (voucher_sha256) WHERE ((voucher_sha256 IS NOT NULL) AND (voucher_returned_at IS NULL));

CREATE UNIQUE INDEX browser_exam_key_once ON public.browser_exam_key USING btree (scheme_id, key) WHERE (withdrawn_at IS NULL);

CREATE INDEX credential_intention_number_hash ON public.credential_intention USING btree (public.number_hash(serial));

CREATE INDEX credential_status_change_of_credential ON public.credential_status_change USING btree (credential_id, purpose, change_id);

CREATE INDEX incident_of_session ON public.incident USING btree (session_id);

CREATE INDEX judging_failure_of_submission ON public.judging_failure USING btree (submission_id);

CREATE INDEX judging_record_of_submission ON public.judging_record USING btree (submission_id, "position");

CREATE INDEX lease_of_session ON public.lease USING btree (session_id, taken_at);

CREATE INDEX lockdown_check_of_session ON public.lockdown_check USING btree (session_id, issued_at);

CREATE INDEX log_cosignature_of_witness ON public.log_cosignature USING btree (witness, tree_size DESC);

CREATE INDEX log_witness_refusal_of_witness ON public.log_witness_refusal USING btree (witness, refusal_id DESC);

CREATE INDEX observation_of_session ON public.observation USING btree (session_id, observation_id);

CREATE UNIQUE INDEX observation_once ON public.observation USING btree (session_id, kind, client_time);

CREATE INDEX pgqueuer_ep_ea_idx ON public.pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_ep_prio_id_idx ON public.pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_log_created ON public.pgqueuer_log USING btree (created);

CREATE INDEX pgqueuer_log_job_id_status ON public.pgqueuer_log USING btree (job_id, created DESC);

CREATE INDEX pgqueuer_log_not_aggregated ON public.pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);

CREATE INDEX pgqueuer_log_status ON public.pgqueuer_log USING btree (status);

CREATE INDEX pgqueuer_picked_heartbeat_idx ON public.pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::public.pgqueuer_status);

CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON public.pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::public.pgqueuer_status) AND (slot IS NOT NULL));

CREATE INDEX pgqueuer_priority_id_id1_idx ON public.pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_queue_manager_id_idx ON public.pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);

CREATE INDEX pgqueuer_session ON public.pgqueuer USING btree (((headers ->> 'session'::text)), priority, id) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_sitting ON public.pgqueuer USING btree (((headers ->> 'sitting'::text)), priority) WHERE (status = ANY (ARRAY['queued'::public.pgqueuer_status, 'picked'::public.pgqueuer_status]));

CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON public.pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);

CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON public.pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::public.pgqueuer_status, 'picked'::public.pgqueuer_status])) AND (dedupe_key IS NOT NULL));

CREATE INDEX pgqueuer_updated_id_id1_idx ON public.pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::public.pgqueuer_status);

CREATE UNIQUE INDEX reference_solution_of_dataset ON public.reference_solution USING btree (task_id, dataset_id, path) NULLS NOT DISTINCT;

CREATE INDEX rejudge_member_of_submission ON public.rejudge_member USING btree (submission_id);

CREATE INDEX rejudging_failure_of_member ON public.rejudging_failure USING btree (rejudge_member_id);

CREATE INDEX sample_run_of_session ON public.sample_run USING btree (session_id, requested_at);

CREATE INDEX sample_run_report_waited ON public.sample_run_report USING btree (finished_at) WHERE (waited_seconds > 0);

CREATE INDEX seb_configuration_of_session ON public.seb_configuration USING btree (session_id, issued_at);

CREATE INDEX session_hold_of_session ON public.session_hold USING btree (session_id, held_at);

CREATE UNIQUE INDEX session_hold_open ON public.session_hold USING btree (session_id) WHERE (released_at IS NULL);

CREATE INDEX session_of_candidate ON public.session USING btree (candidate_id, opened_at);

CREATE INDEX session_pause_of ON public.session_pause USING btree (session_id, began_at);

CREATE INDEX session_paused ON public.session USING btree (paused_since) WHERE (paused_since IS NOT NULL);

CREATE INDEX session_running ON public.session USING btree (started_at) WHERE ((sealed_at IS NULL) AND (started_at IS NOT NULL));

CREATE UNIQUE INDEX session_unfinished ON public.session USING btree (candidate_id, scheme_id) WHERE (sealed_at IS NULL);

CREATE INDEX slot_of_scheme ON public.slot USING btree (scheme_id, starts_at);

CREATE UNIQUE INDEX slot_once ON public.slot USING btree (scheme_id, centre_id, local_start) NULLS NOT DISTINCT WHERE (cancelled_at IS NULL);

CREATE INDEX snapshot_of_session ON public.snapshot USING btree (session_id, received_at);

CREATE INDEX submission_of_session ON public.submission USING btree (session_id, "position", submitted_at);

CREATE UNIQUE INDEX submission_sealed_once ON public.submission USING btree (session_id, "position") WHERE (origin = 'sealed'::text);

CREATE UNIQUE INDEX time_entry_corrected_once ON public.time_entry USING btree (corrects) WHERE (corrects IS NOT NULL);

CREATE INDEX translation_report_of_session ON public.translation_report USING btree (session_id);

CREATE INDEX translation_report_of_task ON public.translation_report USING btree (task_id, reported_at);

CREATE INDEX voucher_of_batch ON public.voucher USING btree (voucher_batch_id);

CREATE INDEX wallet_offer_of_credential ON public.wallet_offer USING btree (credential_id, offered_at);

CREATE INDEX wallet_request_of_offer ON public.wallet_request USING btree (offer_id);

CREATE INDEX wallet_wrong_code_of_offer ON public.wallet_wrong_code USING btree (offer_id);

CREATE INDEX websession_of_account ON public.websession USING btree (account_id);

CREATE TRIGGER appeal_ending_is_impartial BEFORE INSERT ON public.appeal_ending FOR EACH ROW EXECUTE FUNCTION public.appeal_ending_is_impartial();

CREATE TRIGGER appeal_is_possible BEFORE INSERT ON public.appeal FOR EACH ROW EXECUTE FUNCTION public.appeal_is_possible();

CREATE TRIGGER booking_has_a_seat BEFORE INSERT OR UPDATE ON public.booking FOR EACH ROW EXECUTE FUNCTION public.booking_has_a_seat();

CREATE TRIGGER credential_status_change_is_impartial BEFORE INSERT ON public.credential_status_change FOR EACH ROW EXECUTE FUNCTION public.credential_status_change_is_impartial();

CREATE TRIGGER decision_follows_an_appeal BEFORE INSERT ON public.decision FOR EACH ROW EXECUTE FUNCTION public.decision_follows_an_appeal();

CREATE TRIGGER decision_is_impartial BEFORE INSERT ON public.decision FOR EACH ROW EXECUTE FUNCTION public.decision_is_impartial();

CREATE TRIGGER incident_review_is_by_another BEFORE INSERT ON public.incident_review FOR EACH ROW EXECUTE FUNCTION public.incident_review_is_by_another();

CREATE TRIGGER judgement_switch_before_decision BEFORE INSERT ON public.judgement_switch FOR EACH ROW EXECUTE FUNCTION public.judgement_switch_before_decision();

CREATE TRIGGER judging_record_follows BEFORE INSERT ON public.judging_record FOR EACH ROW EXECUTE FUNCTION public.judging_record_follows();

CREATE TRIGGER late_decision_is_impartial BEFORE INSERT ON public.late_decision FOR EACH ROW EXECUTE FUNCTION public.late_decision_is_impartial();

CREATE TRIGGER lockdown_answer_stands BEFORE UPDATE ON public.lockdown_check FOR EACH ROW EXECUTE FUNCTION public.lockdown_answer_stands();

CREATE TRIGGER queue_call_up AFTER UPDATE OF status ON public.pgqueuer FOR EACH ROW WHEN (((old.status = 'queued'::public.pgqueuer_status) AND (new.status = 'picked'::public.pgqueuer_status) AND (new.headers ? 'session'::text))) EXECUTE FUNCTION public.queue_call_up();

CREATE TRIGGER queue_count_death BEFORE UPDATE ON public.pgqueuer FOR EACH ROW WHEN (((old.status = 'picked'::public.pgqueuer_status) AND (new.status = 'picked'::public.pgqueuer_status) AND (old.queue_manager_id <> new.queue_manager_id))) EXECUTE FUNCTION public.queue_count_death();

CREATE TRIGGER queue_line_up BEFORE INSERT ON public.pgqueuer FOR EACH ROW WHEN ((new.headers ? 'session'::text)) EXECUTE FUNCTION public.queue_line_up();

CREATE TRIGGER queue_log_nothing BEFORE INSERT ON public.pgqueuer_log FOR EACH ROW WHEN (((new.status = ANY (ARRAY['picked'::public.pgqueuer_status, 'successful'::public.pgqueuer_status])) OR ((new.status = 'queued'::public.pgqueuer_status) AND (new.traceback IS NULL)))) EXECUTE FUNCTION public.queue_log_nothing();

CREATE TRIGGER rehearsal_is_never_decided BEFORE INSERT ON public.decision FOR EACH ROW EXECUTE FUNCTION public.rehearsal_is_never_decided();

CREATE TRIGGER rejudge_ending_is_by_another BEFORE INSERT ON public.rejudge_ending FOR EACH ROW EXECUTE FUNCTION public.rejudge_ending_is_by_another();

CREATE TRIGGER result_revision_before_decision BEFORE INSERT ON public.result_revision FOR EACH ROW EXECUTE FUNCTION public.result_revision_before_decision();

CREATE TRIGGER sealed_form_stands_once_started BEFORE UPDATE ON public.sealed_form FOR EACH ROW EXECUTE FUNCTION public.sealed_form_stands_once_started();

CREATE TRIGGER session_hold_is_impartial BEFORE UPDATE ON public.session_hold FOR EACH ROW EXECUTE FUNCTION public.session_hold_is_impartial();

CREATE TRIGGER session_is_made_on_its_seat BEFORE INSERT ON public.session FOR EACH ROW WHEN ((new.started_at IS NOT NULL)) EXECUTE FUNCTION public.session_starts_on_its_seat();

CREATE TRIGGER session_pause_begins BEFORE INSERT ON public.session_pause FOR EACH ROW EXECUTE FUNCTION public.session_pause_begins();

CREATE TRIGGER session_pause_ends BEFORE INSERT ON public.session_pause_end FOR EACH ROW EXECUTE FUNCTION public.session_pause_ends();

CREATE TRIGGER session_starts_on_its_seat BEFORE UPDATE OF started_at ON public.session FOR EACH ROW WHEN (((new.started_at IS DISTINCT FROM old.started_at) AND (new.started_at IS NOT NULL))) EXECUTE FUNCTION public.session_starts_on_its_seat();

CREATE TRIGGER slot_keeps_its_seats BEFORE UPDATE OF seats ON public.slot FOR EACH ROW EXECUTE FUNCTION public.slot_keeps_its_seats();

CREATE TRIGGER tg_pgqueuer_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.pgqueuer FOR EACH STATEMENT EXECUTE FUNCTION public.fn_pgqueuer_changed();

CREATE TRIGGER time_entry_counts BEFORE INSERT ON public.time_entry FOR EACH ROW EXECUTE FUNCTION public.time_entry_counts();

ALTER TABLE ONLY public.accommodation
    ADD CONSTRAINT accommodation_candidate_id_fkey FOREIGN KEY (candidate_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.accommodation
    ADD CONSTRAINT accommodation_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.accommodation_revocation
    ADD CONSTRAINT accommodation_revocation_accommodation_id_fkey FOREIGN KEY (accommodation_id) REFERENCES public.accommodation(accommodation_id);

ALTER TABLE ONLY public.accommodation_revocation
    ADD CONSTRAINT accommodation_revocation_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.accommodation
    ADD CONSTRAINT accommodation_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.account_role
    ADD CONSTRAINT account_role_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.appeal_acknowledgement
    ADD CONSTRAINT appeal_acknowledgement_acknowledged_by_fkey FOREIGN KEY (acknowledged_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.appeal_acknowledgement
    ADD CONSTRAINT appeal_acknowledgement_appeal_id_fkey FOREIGN KEY (appeal_id) REFERENCES public.appeal(appeal_id);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES public.decision(decision_id);

ALTER TABLE ONLY public.appeal_ending
    ADD CONSTRAINT appeal_ending_appeal_id_fkey FOREIGN KEY (appeal_id) REFERENCES public.appeal(appeal_id);

ALTER TABLE ONLY public.appeal_ending
    ADD CONSTRAINT appeal_ending_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.appeal
    ADD CONSTRAINT appeal_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.aside
    ADD CONSTRAINT aside_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.aside_taken
    ADD CONSTRAINT aside_taken_aside_id_fkey FOREIGN KEY (aside_id) REFERENCES public.aside(aside_id);

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.blueprint_row
    ADD CONSTRAINT blueprint_row_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_candidate_id_fkey FOREIGN KEY (candidate_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_slot_id_scheme_id_fkey FOREIGN KEY (slot_id, scheme_id) REFERENCES public.slot(slot_id, scheme_id);

ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_voucher_sha256_fkey FOREIGN KEY (voucher_sha256) REFERENCES public.voucher(code_sha256);

ALTER TABLE ONLY public.browser_exam_key
    ADD CONSTRAINT browser_exam_key_added_by_fkey FOREIGN KEY (added_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.browser_exam_key
    ADD CONSTRAINT browser_exam_key_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.credential_bundle
    ADD CONSTRAINT credential_bundle_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES public.credential_signature(credential_id);

ALTER TABLE ONLY public.credential_carrier
    ADD CONSTRAINT credential_carrier_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES public.credential_intention(credential_id);

ALTER TABLE ONLY public.credential_carrier
    ADD CONSTRAINT credential_carrier_signed_by_fkey FOREIGN KEY (signed_by) REFERENCES public.issuer_key(key_name);

ALTER TABLE ONLY public.credential_signature
    ADD CONSTRAINT credential_signature_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES public.credential_intention(credential_id);

ALTER TABLE ONLY public.credential_signature
    ADD CONSTRAINT credential_signature_leaf_index_fkey FOREIGN KEY (leaf_index) REFERENCES public.log_leaf(leaf_index);

ALTER TABLE ONLY public.credential_status_change
    ADD CONSTRAINT credential_status_change_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES public.credential_bundle(credential_id);

ALTER TABLE ONLY public.credential_status_change
    ADD CONSTRAINT credential_status_change_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.dataset_import
    ADD CONSTRAINT dataset_import_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.dataset_import
    ADD CONSTRAINT dataset_import_imported_by_fkey FOREIGN KEY (imported_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.task(task_id);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_appeal_id_fkey FOREIGN KEY (appeal_id) REFERENCES public.appeal(appeal_id) NOT VALID;

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_result_id_fkey FOREIGN KEY (result_id) REFERENCES public.result(result_id);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_raised_by_fkey FOREIGN KEY (raised_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.incident_review
    ADD CONSTRAINT incident_review_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES public.incident(incident_id);

ALTER TABLE ONLY public.incident_review
    ADD CONSTRAINT incident_review_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_paper_id_fkey FOREIGN KEY (paper_id) REFERENCES public.paper(paper_id);

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.task(task_id);

ALTER TABLE ONLY public.journal_entry
    ADD CONSTRAINT journal_entry_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.judgement
    ADD CONSTRAINT judgement_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.judgement
    ADD CONSTRAINT judgement_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(submission_id);

ALTER TABLE ONLY public.judgement_switch
    ADD CONSTRAINT judgement_switch_rejudge_member_id_fkey FOREIGN KEY (rejudge_member_id) REFERENCES public.rejudge_member(rejudge_member_id);

ALTER TABLE ONLY public.judgement_switch
    ADD CONSTRAINT judgement_switch_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(submission_id);

ALTER TABLE ONLY public.judging_failure
    ADD CONSTRAINT judging_failure_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(submission_id);

ALTER TABLE ONLY public.judging_record
    ADD CONSTRAINT judging_record_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.judging_record
    ADD CONSTRAINT judging_record_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(submission_id);

ALTER TABLE ONLY public.key_event
    ADD CONSTRAINT key_event_key_name_fkey FOREIGN KEY (key_name) REFERENCES public.issuer_key(key_name);

ALTER TABLE ONLY public.late_decision
    ADD CONSTRAINT late_decision_aside_id_fkey FOREIGN KEY (aside_id) REFERENCES public.aside(aside_id);

ALTER TABLE ONLY public.late_decision
    ADD CONSTRAINT late_decision_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.late_grading
    ADD CONSTRAINT late_grading_aside_id_fkey FOREIGN KEY (aside_id) REFERENCES public.late_decision(aside_id);

ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.lockdown_check
    ADD CONSTRAINT lockdown_check_exam_key_id_fkey FOREIGN KEY (exam_key_id) REFERENCES public.browser_exam_key(exam_key_id);

ALTER TABLE ONLY public.lockdown_check
    ADD CONSTRAINT lockdown_check_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.log_cosignature
    ADD CONSTRAINT log_cosignature_tree_size_fkey FOREIGN KEY (tree_size) REFERENCES public.log_checkpoint(tree_size);

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT observation_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.paper
    ADD CONSTRAINT paper_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.reference_judgement
    ADD CONSTRAINT reference_judgement_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.reference_judgement
    ADD CONSTRAINT reference_judgement_reference_solution_id_fkey FOREIGN KEY (reference_solution_id) REFERENCES public.reference_solution(reference_solution_id);

ALTER TABLE ONLY public.reference_solution
    ADD CONSTRAINT reference_solution_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id) NOT VALID;

ALTER TABLE ONLY public.reference_solution
    ADD CONSTRAINT reference_solution_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.task(task_id);

ALTER TABLE ONLY public.rejudge_answer
    ADD CONSTRAINT rejudge_answer_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.rejudge_answer
    ADD CONSTRAINT rejudge_answer_rejudge_set_id_session_id_fkey FOREIGN KEY (rejudge_set_id, session_id) REFERENCES public.rejudge_effect(rejudge_set_id, session_id);

ALTER TABLE ONLY public.rejudge_application
    ADD CONSTRAINT rejudge_application_rejudge_set_id_fkey FOREIGN KEY (rejudge_set_id) REFERENCES public.rejudge_ending(rejudge_set_id);

ALTER TABLE ONLY public.rejudge_effect
    ADD CONSTRAINT rejudge_effect_rejudge_set_id_fkey FOREIGN KEY (rejudge_set_id) REFERENCES public.rejudge_application(rejudge_set_id);

ALTER TABLE ONLY public.rejudge_effect
    ADD CONSTRAINT rejudge_effect_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.rejudge_ending
    ADD CONSTRAINT rejudge_ending_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.rejudge_ending
    ADD CONSTRAINT rejudge_ending_rejudge_set_id_fkey FOREIGN KEY (rejudge_set_id) REFERENCES public.rejudge_set(rejudge_set_id);

ALTER TABLE ONLY public.rejudge_member
    ADD CONSTRAINT rejudge_member_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.rejudge_member
    ADD CONSTRAINT rejudge_member_rejudge_set_id_fkey FOREIGN KEY (rejudge_set_id) REFERENCES public.rejudge_set(rejudge_set_id);

ALTER TABLE ONLY public.rejudge_member
    ADD CONSTRAINT rejudge_member_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(submission_id);

ALTER TABLE ONLY public.rejudge_set
    ADD CONSTRAINT rejudge_set_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.rejudge_set
    ADD CONSTRAINT rejudge_set_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.rejudgement
    ADD CONSTRAINT rejudgement_rejudge_member_id_fkey FOREIGN KEY (rejudge_member_id) REFERENCES public.rejudge_member(rejudge_member_id);

ALTER TABLE ONLY public.rejudging_failure
    ADD CONSTRAINT rejudging_failure_rejudge_member_id_fkey FOREIGN KEY (rejudge_member_id) REFERENCES public.rejudge_member(rejudge_member_id);

ALTER TABLE ONLY public.result_revision
    ADD CONSTRAINT result_revision_aside_id_fkey FOREIGN KEY (aside_id) REFERENCES public.late_decision(aside_id) NOT VALID;

ALTER TABLE ONLY public.result_revision
    ADD CONSTRAINT result_revision_rejudge_set_id_fkey FOREIGN KEY (rejudge_set_id) REFERENCES public.rejudge_application(rejudge_set_id);

ALTER TABLE ONLY public.result_revision
    ADD CONSTRAINT result_revision_result_id_fkey FOREIGN KEY (result_id) REFERENCES public.result(result_id);

ALTER TABLE ONLY public.result
    ADD CONSTRAINT result_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.sample_run_report
    ADD CONSTRAINT sample_run_report_sample_run_id_fkey FOREIGN KEY (sample_run_id) REFERENCES public.sample_run(sample_run_id);

ALTER TABLE ONLY public.sample_run
    ADD CONSTRAINT sample_run_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.sealed_form
    ADD CONSTRAINT sealed_form_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.seb_configuration
    ADD CONSTRAINT seb_configuration_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_candidate_id_fkey FOREIGN KEY (candidate_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.session_hold
    ADD CONSTRAINT session_hold_held_by_fkey FOREIGN KEY (held_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.session_hold
    ADD CONSTRAINT session_hold_released_by_fkey FOREIGN KEY (released_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.session_hold
    ADD CONSTRAINT session_hold_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_lease_id_fkey FOREIGN KEY (lease_id) REFERENCES public.lease(lease_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_paper_id_fkey FOREIGN KEY (paper_id) REFERENCES public.paper(paper_id);

ALTER TABLE ONLY public.session_pause
    ADD CONSTRAINT session_pause_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.session_pause_end
    ADD CONSTRAINT session_pause_end_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.session_pause_end
    ADD CONSTRAINT session_pause_end_pause_id_fkey FOREIGN KEY (pause_id) REFERENCES public.session_pause(pause_id);

ALTER TABLE ONLY public.session_pause
    ADD CONSTRAINT session_pause_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.session_watch
    ADD CONSTRAINT session_watch_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.session_watch
    ADD CONSTRAINT session_watch_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_cancelled_by_fkey FOREIGN KEY (cancelled_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centre(centre_id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT snapshot_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_imported_by_fkey FOREIGN KEY (imported_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_published_by_fkey FOREIGN KEY (published_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.test_case
    ADD CONSTRAINT test_case_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.time_entry
    ADD CONSTRAINT time_entry_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.time_entry
    ADD CONSTRAINT time_entry_corrects_fkey FOREIGN KEY (corrects) REFERENCES public.time_entry(time_entry_id);

ALTER TABLE ONLY public.time_entry
    ADD CONSTRAINT time_entry_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.translation_answer
    ADD CONSTRAINT translation_answer_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.translation_answer
    ADD CONSTRAINT translation_answer_translation_report_id_fkey FOREIGN KEY (translation_report_id) REFERENCES public.translation_report(translation_report_id);

ALTER TABLE ONLY public.translation_report
    ADD CONSTRAINT translation_report_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.translation_report
    ADD CONSTRAINT translation_report_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.task(task_id);

ALTER TABLE ONLY public.voucher_batch
    ADD CONSTRAINT voucher_batch_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.voucher_batch
    ADD CONSTRAINT voucher_batch_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.voucher
    ADD CONSTRAINT voucher_voucher_batch_id_fkey FOREIGN KEY (voucher_batch_id) REFERENCES public.voucher_batch(voucher_batch_id);

ALTER TABLE ONLY public.wallet_credential
    ADD CONSTRAINT wallet_credential_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.wallet_request(request_id);

ALTER TABLE ONLY public.wallet_offer
    ADD CONSTRAINT wallet_offer_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES public.credential_bundle(credential_id);

ALTER TABLE ONLY public.wallet_offer
    ADD CONSTRAINT wallet_offer_offered_to_fkey FOREIGN KEY (offered_to) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.wallet_request
    ADD CONSTRAINT wallet_request_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES public.wallet_token(offer_id);

ALTER TABLE ONLY public.wallet_token
    ADD CONSTRAINT wallet_token_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES public.wallet_offer(offer_id);

ALTER TABLE ONLY public.wallet_wrong_code
    ADD CONSTRAINT wallet_wrong_code_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES public.wallet_offer(offer_id);

ALTER TABLE ONLY public.websession
    ADD CONSTRAINT websession_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

GRANT USAGE ON SCHEMA public TO sarap_web;

GRANT USAGE ON SCHEMA public TO sarap_judging;

GRANT USAGE ON SCHEMA public TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.pgqueuer TO sarap_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer TO sarap_judging;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.accommodation TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.accommodation_revocation TO sarap_web;

GRANT SELECT ON TABLE public.account TO sarap_web;

GRANT SELECT(account_id) ON TABLE public.account TO sarap_registry;

GRANT SELECT(login) ON TABLE public.account TO sarap_registry;

GRANT SELECT(display_name) ON TABLE public.account TO sarap_registry;

GRANT UPDATE(locale) ON TABLE public.account TO sarap_web;

GRANT SELECT(locale) ON TABLE public.account TO sarap_registry;

GRANT SELECT ON TABLE public.account_role TO sarap_web;

GRANT SELECT ON TABLE public.account_role TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.appeal TO sarap_web;

GRANT SELECT(appeal_id) ON TABLE public.appeal TO sarap_registry;

GRANT SELECT(decision_id) ON TABLE public.appeal TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.appeal_acknowledgement TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.appeal_ending TO sarap_web;

GRANT SELECT(appeal_id) ON TABLE public.appeal_ending TO sarap_registry;

GRANT SELECT(outcome) ON TABLE public.appeal_ending TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.aside TO sarap_web;

GRANT SELECT ON TABLE public.aside TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.aside_taken TO sarap_web;

GRANT SELECT ON TABLE public.aside_taken TO sarap_registry;

GRANT INSERT ON TABLE public.audit_event TO sarap_web;

GRANT INSERT ON TABLE public.audit_event TO sarap_judging;

GRANT INSERT ON TABLE public.audit_event TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.audit_event_audit_event_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.audit_event_audit_event_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.audit_event_audit_event_id_seq TO sarap_registry;

GRANT SELECT ON TABLE public.blueprint_row TO sarap_web;

GRANT SELECT ON TABLE public.blueprint_row TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.booking TO sarap_web;

GRANT UPDATE(slot_id) ON TABLE public.booking TO sarap_web;

GRANT SELECT(slot_id) ON TABLE public.booking TO sarap_registry;

GRANT UPDATE(local_start) ON TABLE public.booking TO sarap_web;

GRANT UPDATE(zone) ON TABLE public.booking TO sarap_web;

GRANT UPDATE(starts_at) ON TABLE public.booking TO sarap_web;

GRANT UPDATE(tzdata_version) ON TABLE public.booking TO sarap_web;

GRANT UPDATE(voucher_returned_at) ON TABLE public.booking TO sarap_web;

GRANT UPDATE(revision) ON TABLE public.booking TO sarap_web;

GRANT UPDATE(ending) ON TABLE public.booking TO sarap_web;

GRANT UPDATE(ended_at) ON TABLE public.booking TO sarap_web;

GRANT UPDATE(session_id) ON TABLE public.booking TO sarap_web;

GRANT SELECT(session_id) ON TABLE public.booking TO sarap_registry;

GRANT UPDATE(due_at) ON TABLE public.booking TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.browser_exam_key TO sarap_web;

GRANT UPDATE(withdrawn_at) ON TABLE public.browser_exam_key TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.centre TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.credential_bundle TO sarap_registry;

GRANT SELECT ON TABLE public.credential_bundle TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.credential_carrier TO sarap_registry;

GRANT SELECT ON TABLE public.credential_carrier TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.credential_intention TO sarap_registry;

GRANT SELECT(credential_id) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT(source) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT(serial) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT(status_index) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT(created_at) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.credential_signature TO sarap_registry;

GRANT SELECT ON TABLE public.credential_status_change TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.credential_status_change TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.credential_status_change_change_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.credential_status_change_change_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.credential_status_change_change_id_seq TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.dataset TO sarap_web;

GRANT SELECT ON TABLE public.dataset TO sarap_judging;

GRANT SELECT ON TABLE public.dataset TO sarap_registry;

GRANT UPDATE(activated_at) ON TABLE public.dataset TO sarap_web;

GRANT UPDATE(activated_at) ON TABLE public.dataset TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.dataset_import TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.decision TO sarap_web;

GRANT SELECT ON TABLE public.decision TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.incident TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.incident TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.incident_review TO sarap_web;

GRANT SELECT ON TABLE public.incident_review TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.issuer_document TO sarap_registry;

GRANT SELECT ON TABLE public.issuer_document TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.issuer_key TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.item TO sarap_web;

GRANT SELECT ON TABLE public.item TO sarap_judging;

GRANT SELECT ON TABLE public.item TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.journal_entry TO sarap_web;

GRANT SELECT ON TABLE public.journal_entry TO sarap_registry;

GRANT SELECT ON TABLE public.judgement TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.judgement TO sarap_judging;

GRANT SELECT ON TABLE public.judgement TO sarap_registry;

GRANT SELECT ON TABLE public.judgement_switch TO sarap_web;

GRANT SELECT ON TABLE public.judgement_switch TO sarap_judging;

GRANT SELECT,INSERT ON TABLE public.judgement_switch TO sarap_registry;

GRANT SELECT ON TABLE public.judging_failure TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.judging_failure TO sarap_judging;

GRANT SELECT ON TABLE public.judging_failure TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.judging_failure_judging_failure_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.judging_failure_judging_failure_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.judging_failure_judging_failure_id_seq TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.judging_record TO sarap_judging;

GRANT SELECT ON TABLE public.judging_record TO sarap_web;

GRANT SELECT ON TABLE public.judging_record TO sarap_registry;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.judging_worker TO sarap_judging;

GRANT SELECT ON TABLE public.judging_worker TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.key_event TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.late_decision TO sarap_web;

GRANT SELECT ON TABLE public.late_decision TO sarap_registry;

GRANT SELECT ON TABLE public.late_grading TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.late_grading TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.lease TO sarap_web;

GRANT SELECT ON TABLE public.lease TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.lockdown_check TO sarap_web;

GRANT SELECT(session_id) ON TABLE public.lockdown_check TO sarap_registry;

GRANT SELECT(purpose) ON TABLE public.lockdown_check TO sarap_registry;

GRANT UPDATE(answered_at) ON TABLE public.lockdown_check TO sarap_web;

GRANT UPDATE(level) ON TABLE public.lockdown_check TO sarap_web;

GRANT SELECT(level) ON TABLE public.lockdown_check TO sarap_registry;

GRANT UPDATE(fault) ON TABLE public.lockdown_check TO sarap_web;

GRANT UPDATE(exam_key_id) ON TABLE public.lockdown_check TO sarap_web;

GRANT UPDATE(exam_key_missing) ON TABLE public.lockdown_check TO sarap_web;

GRANT UPDATE(used_at) ON TABLE public.lockdown_check TO sarap_web;

GRANT SELECT(used_at) ON TABLE public.lockdown_check TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.log_checkpoint TO sarap_registry;

GRANT SELECT ON TABLE public.log_checkpoint TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.log_cosignature TO sarap_registry;

GRANT SELECT ON TABLE public.log_cosignature TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.log_leaf TO sarap_registry;

GRANT SELECT ON TABLE public.log_leaf TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.log_node TO sarap_registry;

GRANT SELECT ON TABLE public.log_node TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.log_witness_refusal TO sarap_registry;

GRANT SELECT ON TABLE public.log_witness_refusal TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.observation TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.observation_observation_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.observation_observation_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.observation_observation_id_seq TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.outage TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.paper TO sarap_web;

GRANT SELECT ON TABLE public.paper TO sarap_judging;

GRANT SELECT ON TABLE public.paper TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_id_seq TO sarap_registry;

GRANT INSERT ON TABLE public.pgqueuer_log TO sarap_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_log TO sarap_judging;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_log TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_log_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_log_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_log_id_seq TO sarap_registry;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_schedules TO sarap_judging;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_schedules TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_schedules_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_schedules_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_schedules_id_seq TO sarap_registry;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_statistics TO sarap_judging;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_statistics TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_statistics_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_statistics_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_statistics_id_seq TO sarap_registry;

GRANT SELECT,INSERT,UPDATE ON TABLE public.presence TO sarap_web;

GRANT SELECT,INSERT,UPDATE ON TABLE public.pulse TO sarap_web;

GRANT SELECT ON TABLE public.pulse TO sarap_registry;

GRANT SELECT ON TABLE public.reference_judgement TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.reference_judgement TO sarap_judging;

GRANT SELECT,INSERT ON TABLE public.reference_solution TO sarap_web;

GRANT SELECT ON TABLE public.reference_solution TO sarap_judging;

GRANT SELECT,INSERT ON TABLE public.rejudge_answer TO sarap_web;

GRANT SELECT ON TABLE public.rejudge_answer TO sarap_registry;

GRANT SELECT ON TABLE public.rejudge_application TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.rejudge_application TO sarap_registry;

GRANT SELECT ON TABLE public.rejudge_effect TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.rejudge_effect TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.rejudge_ending TO sarap_web;

GRANT SELECT ON TABLE public.rejudge_ending TO sarap_judging;

GRANT SELECT ON TABLE public.rejudge_ending TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.rejudge_member TO sarap_web;

GRANT SELECT ON TABLE public.rejudge_member TO sarap_judging;

GRANT SELECT ON TABLE public.rejudge_member TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.rejudge_set TO sarap_web;

GRANT SELECT ON TABLE public.rejudge_set TO sarap_judging;

GRANT SELECT ON TABLE public.rejudge_set TO sarap_registry;

GRANT SELECT ON TABLE public.rejudgement TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.rejudgement TO sarap_judging;

GRANT SELECT ON TABLE public.rejudgement TO sarap_registry;

GRANT SELECT ON TABLE public.rejudging_failure TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.rejudging_failure TO sarap_judging;

GRANT SELECT ON TABLE public.rejudging_failure TO sarap_registry;

GRANT SELECT ON TABLE public.result TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.result TO sarap_registry;

GRANT SELECT ON TABLE public.result_revision TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.result_revision TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.sample_run TO sarap_web;

GRANT SELECT ON TABLE public.sample_run TO sarap_judging;

GRANT SELECT(sample_run_id) ON TABLE public.sample_run TO sarap_registry;

GRANT SELECT(session_id) ON TABLE public.sample_run TO sarap_registry;

GRANT SELECT(requested_at) ON TABLE public.sample_run TO sarap_registry;

GRANT SELECT ON TABLE public.sample_run_report TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.sample_run_report TO sarap_judging;

GRANT SELECT(sample_run_id) ON TABLE public.sample_run_report TO sarap_registry;

GRANT SELECT(finished_at) ON TABLE public.sample_run_report TO sarap_registry;

GRANT SELECT(began_at) ON TABLE public.sample_run_report TO sarap_registry;

GRANT SELECT(waited_seconds) ON TABLE public.sample_run_report TO sarap_registry;

GRANT SELECT ON TABLE public.schema_migrations TO sarap_web;

GRANT SELECT ON TABLE public.schema_migrations TO sarap_judging;

GRANT SELECT ON TABLE public.schema_migrations TO sarap_registry;

GRANT SELECT ON TABLE public.scheme TO sarap_web;

GRANT SELECT ON TABLE public.scheme TO sarap_judging;

GRANT SELECT ON TABLE public.scheme TO sarap_registry;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sealed_form TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.seb_configuration TO sarap_web;

GRANT UPDATE(opened_at) ON TABLE public.seb_configuration TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.session TO sarap_web;

GRANT SELECT ON TABLE public.session TO sarap_registry;

GRANT SELECT(session_id) ON TABLE public.session TO sarap_judging;

GRANT SELECT(scheme_id) ON TABLE public.session TO sarap_judging;

GRANT SELECT(paper_id) ON TABLE public.session TO sarap_judging;

GRANT UPDATE(consented_at) ON TABLE public.session TO sarap_web;

GRANT UPDATE(consented_at) ON TABLE public.session TO sarap_registry;

GRANT UPDATE(camera_consent) ON TABLE public.session TO sarap_web;

GRANT UPDATE(camera_consent) ON TABLE public.session TO sarap_registry;

GRANT UPDATE(started_at) ON TABLE public.session TO sarap_web;

GRANT UPDATE(started_at) ON TABLE public.session TO sarap_registry;

GRANT SELECT(started_at) ON TABLE public.session TO sarap_judging;

GRANT UPDATE(sealed_at) ON TABLE public.session TO sarap_web;

GRANT UPDATE(sealed_at) ON TABLE public.session TO sarap_registry;

GRANT SELECT(sealed_at) ON TABLE public.session TO sarap_judging;

GRANT UPDATE(seal_reason) ON TABLE public.session TO sarap_web;

GRANT UPDATE(seal_reason) ON TABLE public.session TO sarap_registry;

GRANT UPDATE(lease_id) ON TABLE public.session TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.session_hold TO sarap_web;

GRANT UPDATE(released_at) ON TABLE public.session_hold TO sarap_web;

GRANT UPDATE(released_by) ON TABLE public.session_hold TO sarap_web;

GRANT UPDATE(release_reason) ON TABLE public.session_hold TO sarap_web;

GRANT UPDATE(our_fault) ON TABLE public.session_hold TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.session_pause TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.session_pause TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.session_pause_end TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.session_pause_end TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.session_watch TO sarap_web;

GRANT SELECT(session_id) ON TABLE public.session_watch TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.slot TO sarap_web;

GRANT SELECT(slot_id) ON TABLE public.slot TO sarap_registry;

GRANT SELECT(centre_id) ON TABLE public.slot TO sarap_registry;

GRANT UPDATE(seats) ON TABLE public.slot TO sarap_web;

GRANT UPDATE(cancelled_by) ON TABLE public.slot TO sarap_web;

GRANT UPDATE(cancelled_at) ON TABLE public.slot TO sarap_web;

GRANT UPDATE(cancel_reason) ON TABLE public.slot TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.snapshot TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.status_list_publication TO sarap_registry;

GRANT SELECT ON TABLE public.status_list_publication TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.submission TO sarap_web;

GRANT SELECT ON TABLE public.submission TO sarap_judging;

GRANT SELECT,INSERT ON TABLE public.submission TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.task TO sarap_web;

GRANT SELECT ON TABLE public.task TO sarap_judging;

GRANT SELECT ON TABLE public.task TO sarap_registry;

GRANT UPDATE(published_by) ON TABLE public.task TO sarap_web;

GRANT UPDATE(published_at) ON TABLE public.task TO sarap_web;

GRANT INSERT ON TABLE public.test_case TO sarap_web;

GRANT SELECT ON TABLE public.test_case TO sarap_judging;

GRANT SELECT,INSERT ON TABLE public.time_entry TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.time_entry TO sarap_registry;

GRANT SELECT ON TABLE public.token_list_publication TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.token_list_publication TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.translation_answer TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.translation_report TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.voucher TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.voucher_batch TO sarap_web;

GRANT SELECT ON TABLE public.wallet_credential TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.wallet_credential TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.wallet_offer TO sarap_web;

GRANT SELECT ON TABLE public.wallet_offer TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.wallet_request TO sarap_web;

GRANT SELECT ON TABLE public.wallet_request TO sarap_registry;

GRANT SELECT ON TABLE public.wallet_secret TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.wallet_token TO sarap_web;

GRANT SELECT ON TABLE public.wallet_token TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.wallet_wrong_code TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.websession TO sarap_web;

GRANT UPDATE(expires_at) ON TABLE public.websession TO sarap_web;

GRANT UPDATE(revoked_at) ON TABLE public.websession TO sarap_web;
