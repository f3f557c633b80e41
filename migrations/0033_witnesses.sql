-- Witnesses sign a checkpoint only if it continues the last one that they signed. What they signed, and why they did not.
-- Both tables are append-only by GRANT; how a witness stands follows from them.
CREATE TABLE log_cosignature (
    tree_size bigint NOT NULL REFERENCES log_checkpoint,
    witness text NOT NULL,               -- its name, e.g. `witness.example/w1`
    key_id bytea NOT NULL CHECK (length(key_id) = 4),  -- it may sign with two keys
    line text NOT NULL,                  -- a signature line (c2sp.org/tlog-cosignature); it was verified before it was kept
    cosigned_at timestamptz,             -- by the witness's clock
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tree_size, witness, key_id)
);
CREATE INDEX log_cosignature_of_witness ON log_cosignature (witness, tree_size DESC);

CREATE TABLE log_witness_refusal (
    refusal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    witness text NOT NULL,
    tree_size bigint NOT NULL CHECK (tree_size > 0),   -- of the checkpoint that it was shown
    why text NOT NULL CHECK (why IN ('away', 'refused', 'rolled-back', 'forked')),
    detail text NOT NULL CHECK (length(detail) <= 300),
    refused_at timestamptz NOT NULL
);
CREATE INDEX log_witness_refusal_of_witness ON log_witness_refusal (witness, refusal_id DESC);

GRANT SELECT, INSERT ON log_cosignature, log_witness_refusal TO sarap_registry;
GRANT SELECT ON log_cosignature, log_witness_refusal TO sarap_web;
