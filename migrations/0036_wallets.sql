-- A certificate handed to a wallet (OpenID for Verifiable Credential Issuance 1.0), step by step. Every table is append-only by
-- GRANT; how far an offer has come follows from which rows there are. The web process asks and the registry signs.

-- Known to all web processes: nonces and short codes are checked against it.
CREATE TABLE wallet_secret (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    secret bytea NOT NULL CHECK (length(secret) = 32)
);
INSERT INTO wallet_secret (secret) SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

CREATE TABLE wallet_offer (
    offer_id uuid PRIMARY KEY,
    credential_id uuid NOT NULL REFERENCES credential_bundle,
    code_sha256 bytea NOT NULL UNIQUE CHECK (length(code_sha256) = 32),   -- of the pre-authorized code in the link
    short_code_mac bytea NOT NULL CHECK (length(short_code_mac) = 32),    -- of the digits that the candidate types
    offered_to uuid NOT NULL REFERENCES account,
    offered_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX wallet_offer_of_credential ON wallet_offer (credential_id, offered_at);

-- Wrong digits. Too many of them end the offer.
CREATE TABLE wallet_wrong_code (
    offer_id uuid NOT NULL REFERENCES wallet_offer,
    tried_at timestamptz NOT NULL
);
CREATE INDEX wallet_wrong_code_of_offer ON wallet_wrong_code (offer_id);

-- An offer is taken once.
CREATE TABLE wallet_token (
    offer_id uuid PRIMARY KEY REFERENCES wallet_offer,
    token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

-- What a wallet wants signed: for which key of its own.
CREATE TABLE wallet_request (
    request_id uuid PRIMARY KEY,
    offer_id uuid NOT NULL REFERENCES wallet_token,
    nonce_sha256 bytea NOT NULL UNIQUE CHECK (length(nonce_sha256) = 32),  -- a nonce serves once
    holder_key bytea NOT NULL CHECK (length(holder_key) = 65),
    requested_at timestamptz NOT NULL
);
CREATE INDEX wallet_request_of_offer ON wallet_request (offer_id);

CREATE TABLE wallet_credential (
    request_id uuid PRIMARY KEY REFERENCES wallet_request,
    content text NOT NULL CHECK (length(content) BETWEEN 1 AND 65536),
    signed_at timestamptz NOT NULL
);

-- The status of all certificates for software of wallets; the highest version is in force.
CREATE TABLE token_list_publication (
    version int PRIMARY KEY CHECK (version > 0),
    statuses text NOT NULL,              -- the packed statuses, to see whether anything changed
    content text NOT NULL,
    method text NOT NULL,                -- the key that signed it
    published_at timestamptz NOT NULL
);

GRANT SELECT ON wallet_secret TO sarap_web;
GRANT SELECT, INSERT ON wallet_offer, wallet_wrong_code, wallet_token, wallet_request TO sarap_web;
GRANT SELECT ON wallet_credential, token_list_publication TO sarap_web;
GRANT SELECT ON wallet_offer, wallet_token, wallet_request TO sarap_registry;
GRANT SELECT, INSERT ON wallet_credential, token_list_publication TO sarap_registry;
