CREATE TABLE account (
    account_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    login text NOT NULL UNIQUE CHECK (login = lower(login) AND length(login) BETWEEN 3 AND 100),
    password_hash text NOT NULL,
    display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
    locale text NOT NULL DEFAULT 'en' CHECK (locale IN ('kk', 'ru', 'en')),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A person may have several roles; which of them may meet on one case is decided where the case is decided.
CREATE TABLE account_role (
    account_id uuid NOT NULL REFERENCES account,
    role text NOT NULL CHECK (role IN ('candidate', 'examiner', 'proctor', 'registrar', 'administrator')),
    PRIMARY KEY (account_id, role)
);

-- The cookie holds a random token; here is only its hash, so that a stolen backup signs nobody in.
CREATE TABLE websession (
    token_sha256 bytea PRIMARY KEY CHECK (length(token_sha256) = 32),
    account_id uuid NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX websession_of_account ON websession (account_id);

-- Append-only: who did what to which subject, e.g. action `session:open`, subject `session:<uuid>`.
CREATE TABLE audit_event (
    audit_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    account_id uuid REFERENCES account,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    request_id text
);
CREATE INDEX audit_event_of_subject ON audit_event (subject, audit_event_id);

GRANT SELECT, INSERT ON account, account_role TO sarap_web;
GRANT UPDATE (locale, password_hash) ON account TO sarap_web;
GRANT SELECT, INSERT ON websession TO sarap_web;
GRANT UPDATE (expires_at, revoked_at) ON websession TO sarap_web;
GRANT SELECT (account_id, login, display_name, locale) ON account TO sarap_registry;
GRANT SELECT ON account_role TO sarap_registry;
GRANT INSERT ON audit_event TO sarap_web, sarap_judging, sarap_registry;
GRANT SELECT ON audit_event TO sarap_web;
