-- The other forms in which a certificate is handed over. A row that is missing can be made again from what is recorded and signed.
CREATE TABLE credential_carrier (
    credential_id uuid NOT NULL REFERENCES credential_intention,
    kind text NOT NULL CHECK (kind IN ('jwt', 'qr', 'pdf-kk', 'pdf-ru', 'pdf-en')),
    content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 4194304),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (credential_id, kind)
);

GRANT SELECT, INSERT ON credential_carrier TO sarap_registry;
GRANT SELECT ON credential_carrier TO sarap_web;
