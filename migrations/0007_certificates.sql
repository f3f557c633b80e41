-- What we assert, in the order in which it is written down: intention, leaf, checkpoint, signature, bundle.
-- Every table here is append-only by GRANT: no role may UPDATE or DELETE.

-- The exact bytes that will be signed, before anything is signed. A serial or a status index is never used twice.
CREATE TABLE credential_intention (
    credential_id uuid PRIMARY KEY,
    source text NOT NULL UNIQUE,         -- what it follows from, e.g. `decision:5f0c…`; issuing twice for one source changes nothing
    serial text NOT NULL UNIQUE,         -- e.g. `7K3QM9-XW2RFD-HJ5T98`
    status_index int NOT NULL UNIQUE CHECK (status_index >= 0),
    salt bytea NOT NULL CHECK (length(salt) = 32),
    recorded bytea NOT NULL,             -- the unsigned credential in its RFC 8785 form
    created_at timestamptz NOT NULL
);

-- The log: an RFC 6962 tree. An entry is one line of ASCII and holds no personal data.
CREATE TABLE log_leaf (
    leaf_index bigint PRIMARY KEY CHECK (leaf_index >= 0),
    leaf_hash bytea NOT NULL UNIQUE CHECK (length(leaf_hash) = 32),
    kind text NOT NULL CHECK (kind IN ('issue', 'revoke', 'suspend', 'reinstate')),
    entry text NOT NULL,
    created_at timestamptz NOT NULL
);
-- The hashes of all complete subtrees, so that a root and a proof need a handful of rows and not the whole log.
-- Level 0 is the leaves; node (level, position) covers leaves [position * 2^level, (position + 1) * 2^level).
CREATE TABLE log_node (
    level smallint NOT NULL CHECK (level >= 0),
    position bigint NOT NULL CHECK (position >= 0),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, position)
);
CREATE TABLE log_checkpoint (
    tree_size bigint PRIMARY KEY CHECK (tree_size > 0),
    root_hash bytea NOT NULL CHECK (length(root_hash) = 32),
    note text NOT NULL,                  -- a signed note (c2sp.org/tlog-checkpoint)
    created_at timestamptz NOT NULL
);

CREATE TABLE credential_signature (
    credential_id uuid PRIMARY KEY REFERENCES credential_intention,
    leaf_index bigint NOT NULL REFERENCES log_leaf,  -- nothing is signed that is not in the log
    proofs bytea NOT NULL,               -- the JSON array of both proofs
    created_at timestamptz NOT NULL
);
-- What the holder downloads, after we have verified it by the public path ourselves.
CREATE TABLE credential_bundle (
    credential_id uuid PRIMARY KEY REFERENCES credential_signature,
    bundle bytea NOT NULL,
    settled_at timestamptz NOT NULL
);

-- Revoked, suspended, reinstated: by whom and why. The newest change of a purpose counts. A revocation is final.
CREATE TABLE credential_status_change (
    change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    credential_id uuid NOT NULL REFERENCES credential_bundle,
    purpose text NOT NULL CHECK (purpose IN ('revocation', 'suspension')),
    active boolean NOT NULL,             -- false: reinstated after a suspension
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    decided_by uuid NOT NULL REFERENCES account,
    decided_at timestamptz NOT NULL,
    CHECK (active OR purpose = 'suspension')
);
CREATE INDEX credential_status_change_of_credential ON credential_status_change (credential_id, purpose, change_id);

-- Signed Bitstring Status Lists; the highest version of a purpose is the one in force.
CREATE TABLE status_list_publication (
    purpose text NOT NULL CHECK (purpose IN ('revocation', 'suspension')),
    version int NOT NULL CHECK (version > 0),
    credential bytea NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (purpose, version)
);

-- Our DID document with every key that may still verify something; the newest one is served.
CREATE TABLE issuer_document (
    did text NOT NULL,
    version int NOT NULL CHECK (version > 0),
    document bytea NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (did, version)
);

GRANT SELECT, INSERT ON credential_intention, log_leaf, log_node, log_checkpoint, credential_signature, credential_bundle,
    status_list_publication, issuer_document TO sarap_registry;
GRANT SELECT ON credential_status_change TO sarap_registry;
GRANT SELECT (credential_id, source, serial, status_index, created_at) ON credential_intention TO sarap_web;
GRANT SELECT ON log_leaf, log_node, log_checkpoint, credential_bundle, status_list_publication, issuer_document TO sarap_web;
GRANT SELECT, INSERT ON credential_status_change TO sarap_web;
