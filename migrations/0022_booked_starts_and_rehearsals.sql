-- A session of a scheme that demands a booking starts on a booked seat and never before its start. The code says so first and kindly.
CREATE FUNCTION session_starts_on_its_seat() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT (rules->>'booking_required')::boolean FROM scheme WHERE scheme_id = NEW.scheme_id)
       AND NOT EXISTS (SELECT FROM booking b WHERE b.session_id = NEW.session_id AND b.candidate_id = NEW.candidate_id
                                               AND b.scheme_id = NEW.scheme_id AND b.due_at <= NEW.started_at) THEN
        RAISE EXCEPTION 'session % has no seat that is due', NEW.session_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER session_starts_on_its_seat BEFORE UPDATE OF started_at ON session
    FOR EACH ROW WHEN (NEW.started_at IS DISTINCT FROM OLD.started_at AND NEW.started_at IS NOT NULL)
    EXECUTE FUNCTION session_starts_on_its_seat();
CREATE TRIGGER session_is_made_on_its_seat BEFORE INSERT ON session
    FOR EACH ROW WHEN (NEW.started_at IS NOT NULL) EXECUTE FUNCTION session_starts_on_its_seat();

-- A rehearsal is never decided, and so never certified.
CREATE FUNCTION rehearsal_is_never_decided() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM result r JOIN session s USING (session_id) JOIN scheme c USING (scheme_id)
               WHERE r.result_id = NEW.result_id AND (c.rules->>'rehearsal')::boolean) THEN
        RAISE EXCEPTION 'a rehearsal is never decided' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER rehearsal_is_never_decided BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION rehearsal_is_never_decided();
