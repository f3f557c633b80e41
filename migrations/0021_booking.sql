-- Where and when an exam can be sat, who has a seat, and vouchers.

CREATE TABLE centre (
    centre_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
    address text NOT NULL CHECK (length(address) BETWEEN 1 AND 500),
    zone text NOT NULL CHECK (length(zone) BETWEEN 1 AND 100),  -- IANA, e.g. `Asia/Qostanay`
    created_at timestamptz NOT NULL
);

-- A time and a place for one scheme. `local_start` is what the clock on the wall of `zone` shows; `starts_at` is the same moment by
-- the rules of `tzdata_version`. PostgreSQL's own zone rules are never asked: see `exams/booking/promise.py`.
CREATE TABLE slot (
    slot_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    scheme_id uuid NOT NULL REFERENCES scheme,
    centre_id uuid REFERENCES centre,  -- null: online
    local_start timestamp NOT NULL,
    zone text NOT NULL,
    starts_at timestamptz NOT NULL,
    tzdata_version text NOT NULL,      -- e.g. `2026f`
    seats int NOT NULL CHECK (seats BETWEEN 1 AND 10000),
    created_by uuid REFERENCES account,
    created_at timestamptz NOT NULL,
    cancelled_by uuid REFERENCES account,
    cancelled_at timestamptz,
    cancel_reason text CHECK (length(cancel_reason) BETWEEN 1 AND 4000),
    CHECK ((cancelled_at IS NULL) = (cancel_reason IS NULL)),
    UNIQUE (slot_id, scheme_id)
);
CREATE INDEX slot_of_scheme ON slot (scheme_id, starts_at);
-- A form that is sent twice makes one slot.
CREATE UNIQUE INDEX slot_once ON slot (scheme_id, centre_id, local_start) NULLS NOT DISTINCT WHERE cancelled_at IS NULL;

CREATE TABLE voucher_batch (
    voucher_batch_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    scheme_id uuid REFERENCES scheme,  -- null: any scheme
    note text NOT NULL CHECK (length(note) BETWEEN 1 AND 200),
    valid_until timestamptz NOT NULL,  -- the last moment at which a seat can be booked with one of them
    issued_by uuid REFERENCES account, -- null: on the command line
    issued_at timestamptz NOT NULL
);
-- The code is shown once, when it is made; here is only its hash. Append-only: whether it is used follows from the bookings.
CREATE TABLE voucher (
    code_sha256 bytea PRIMARY KEY CHECK (length(code_sha256) = 32),
    voucher_batch_id uuid NOT NULL REFERENCES voucher_batch
);
CREATE INDEX voucher_of_batch ON voucher (voucher_batch_id);

CREATE TABLE booking (
    booking_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    candidate_id uuid NOT NULL REFERENCES account,
    scheme_id uuid NOT NULL,
    slot_id uuid NOT NULL,
    -- what the candidate was promised, as in the slot when it was booked
    local_start timestamp NOT NULL,
    zone text NOT NULL,
    starts_at timestamptz NOT NULL,
    tzdata_version text NOT NULL,
    voucher_sha256 bytea REFERENCES voucher,
    voucher_returned_at timestamptz,
    booked_at timestamptz NOT NULL,
    revision int NOT NULL DEFAULT 0,   -- how often it was moved or ended; calendars count with it
    ending text CHECK (ending IN ('cancelled', 'slot_cancelled', 'no_show', 'sat')),
    ended_at timestamptz,
    session_id uuid UNIQUE REFERENCES session,
    due_at timestamptz,                -- the start as it counted when the session was started
    FOREIGN KEY (slot_id, scheme_id) REFERENCES slot (slot_id, scheme_id),
    CHECK ((ending IS NULL) = (ended_at IS NULL)),
    CHECK ((ending IS NOT DISTINCT FROM 'sat') = (session_id IS NOT NULL)),
    CHECK ((session_id IS NULL) = (due_at IS NULL)),
    CHECK (voucher_returned_at IS NULL OR voucher_sha256 IS NOT NULL),
    CHECK (voucher_returned_at IS NULL OR ending IN ('cancelled', 'slot_cancelled', 'no_show'))
);
-- One open booking for each candidate and scheme; a voucher is used once, until it is given back.
CREATE UNIQUE INDEX booking_open ON booking (candidate_id, scheme_id) WHERE ending IS NULL;
CREATE UNIQUE INDEX booking_voucher ON booking (voucher_sha256) WHERE voucher_sha256 IS NOT NULL AND voucher_returned_at IS NULL;
CREATE INDEX booking_of_candidate ON booking (candidate_id, booked_at);
CREATE INDEX booking_of_slot ON booking (slot_id);
CREATE INDEX booking_to_come ON booking (starts_at) WHERE ending IS NULL;

-- Until when a voucher is good. One that the centre gave back (a cancelled slot, an excused absence) is good for 90 days more at least:
-- what we cancelled must not cost a candidate their voucher.
CREATE FUNCTION voucher_valid_until(code bytea) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT greatest(b.valid_until, (SELECT max(k.voucher_returned_at) + interval '90 days' FROM booking k
                                    WHERE k.voucher_sha256 = code AND k.ending IN ('slot_cancelled', 'no_show')))
    FROM voucher v JOIN voucher_batch b USING (voucher_batch_id) WHERE v.code_sha256 = code
$$;

-- The code says all of this first and kindly; these triggers are the last line, and what makes it true for requests in the same moment.
CREATE FUNCTION booking_has_a_seat() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE TRIGGER booking_has_a_seat BEFORE INSERT OR UPDATE ON booking FOR EACH ROW EXECUTE FUNCTION booking_has_a_seat();

CREATE FUNCTION slot_keeps_its_seats() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.seats < (SELECT count(*) FROM booking WHERE slot_id = NEW.slot_id AND ending IS DISTINCT FROM 'cancelled'
                                                   AND ending IS DISTINCT FROM 'slot_cancelled') THEN
        RAISE EXCEPTION 'more seats of slot % are booked', NEW.slot_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER slot_keeps_its_seats BEFORE UPDATE OF seats ON slot FOR EACH ROW EXECUTE FUNCTION slot_keeps_its_seats();

GRANT SELECT, INSERT ON centre, slot, voucher_batch, voucher, booking TO sarap_web;
GRANT UPDATE (seats, cancelled_by, cancelled_at, cancel_reason) ON slot TO sarap_web;
GRANT UPDATE (slot_id, local_start, zone, starts_at, tzdata_version, voucher_returned_at, revision, ending, ended_at, session_id, due_at)
    ON booking TO sarap_web;
