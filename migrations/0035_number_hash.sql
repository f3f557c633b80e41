-- Numbers are looked up by a prefix of their hash, so that a centre does not learn which (docs/decisions/0034).

CREATE FUNCTION number_hash(serial text) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN sha256(('sarap/number/v1 ' || serial)::bytea);

COMMENT ON FUNCTION number_hash IS 'As certificates/number_lookup.py: number_hash. A number has no backslash, so the cast takes its bytes.';

CREATE INDEX credential_intention_number_hash ON credential_intention (number_hash(serial));
