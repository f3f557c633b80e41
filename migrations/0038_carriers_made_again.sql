-- A carrier whose key was withdrawn is made again. The older one stays; the highest version is the one that is handed over.
ALTER TABLE credential_carrier ADD COLUMN version int NOT NULL DEFAULT 1 CHECK (version > 0);

-- The key that signed it, e.g. `document-2026-1`. Carriers of before do not say.
ALTER TABLE credential_carrier ADD COLUMN signed_by text REFERENCES issuer_key;

ALTER TABLE credential_carrier DROP CONSTRAINT credential_carrier_pkey;
ALTER TABLE credential_carrier ADD PRIMARY KEY (credential_id, kind, version);
