-- Which keys the centre has published, and what was decided about them. Append-only: the private halves are elsewhere.

-- The public half of every key that ever signed. A key stays here when its private half is destroyed.
CREATE TABLE issuer_key (
    key_name text PRIMARY KEY CHECK (key_name ~ '^[a-z]+-[0-9]{4}-[0-9]+$'),  -- e.g. `key-2026-1`
    algorithm text NOT NULL,
    public_key bytea NOT NULL UNIQUE,
    chain bytea[] NOT NULL DEFAULT '{}',  -- X.509 certificates in DER, leaf first; of document keys
    introduced_at timestamptz NOT NULL
);

-- Each of these is a leaf of the log too. The first keys of an empty log have no event: the log begins with them.
CREATE TABLE key_event (
    event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_name text NOT NULL REFERENCES issuer_key,
    kind text NOT NULL CHECK (kind IN ('introduce-key', 'retire-key', 'revoke-key', 'end-key')),
    from_log_index bigint CHECK (from_log_index >= 0),  -- what was logged before this leaf stays believed
    persons text[] NOT NULL DEFAULT '{}',               -- who was present
    decided_at timestamptz NOT NULL,
    UNIQUE (key_name, kind),
    CHECK (kind NOT IN ('introduce-key', 'end-key') OR from_log_index IS NULL),
    CHECK (kind <> 'revoke-key' OR cardinality(persons) >= 2)
);

ALTER TABLE log_leaf DROP CONSTRAINT log_leaf_kind_check;
ALTER TABLE log_leaf ADD CONSTRAINT log_leaf_kind_check CHECK (kind IN (
    'issue', 'revoke', 'suspend', 'reinstate', 'introduce-key', 'retire-key', 'revoke-key', 'end-key'
)) NOT VALID;

-- The same list as a JWT, for software that reads no Data Integrity proof. Lists of earlier versions have none.
ALTER TABLE status_list_publication ADD COLUMN jwt bytea;

-- Why, in one word of a closed list, which is published; `reason` is the registrar's own text and is not.
ALTER TABLE credential_status_change ADD COLUMN reason_code text CHECK (reason_code ~ '^[a-z-]{1,40}$');

ALTER TABLE status_list_publication DROP CONSTRAINT status_list_publication_purpose_check;
ALTER TABLE status_list_publication ADD CONSTRAINT status_list_publication_purpose_check
    CHECK (purpose IN ('revocation', 'suspension', 'message')) NOT VALID;

GRANT SELECT, INSERT ON issuer_key, key_event TO sarap_registry;
