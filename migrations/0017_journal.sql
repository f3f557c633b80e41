-- The journal is a chain of edits for each item (exams/sessions/chain.py): each revision continues the head of the one before.

-- Which tab of which device may write. Append-only: the older ones tell who wrote before. The holder is named in `session`, in
-- the row that every save locks, so that a save and a take-over never miss each other.
CREATE TABLE lease (
    lease_id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session,
    tab uuid NOT NULL,              -- the tab's own name, kept over reloads
    device text NOT NULL CHECK (length(device) BETWEEN 1 AND 80),
    nonce text NOT NULL CHECK (nonce ~ '^[0-9a-f]{32}$'),
    taken_at timestamptz NOT NULL
);
CREATE INDEX lease_of_session ON lease (session_id, taken_at);
ALTER TABLE session ADD COLUMN lease_id uuid REFERENCES lease;

ALTER TABLE journal_entry
    ADD COLUMN left_drafts jsonb NOT NULL DEFAULT '{}',  -- {language: {file: text}} that this save changed before it turned away
    ADD COLUMN edits text[] NOT NULL DEFAULT '{}',       -- as the page sent them, byte for byte
    ADD COLUMN edit_count int NOT NULL DEFAULT 0,        -- of the item, up to here
    ADD COLUMN prev_head bytea NOT NULL DEFAULT '',
    ADD COLUMN head bytea NOT NULL DEFAULT '',
    ADD COLUMN lease_id uuid,
    ADD COLUMN nonce text NOT NULL DEFAULT '',           -- given with the acknowledgement; the next edits name it
    ADD COLUMN receipt text NOT NULL DEFAULT '',         -- signed, as it was given
    ADD COLUMN journal_bytes bigint NOT NULL DEFAULT 0;  -- of the item, up to here

-- Saves of before had no edits: each becomes one edit that gives the whole text, so that every journal is one chain.
DO $$
DECLARE
    entry record;
    link bytea;
    edit text;
BEGIN
    FOR entry IN SELECT * FROM journal_entry ORDER BY session_id, position, revision LOOP
        IF entry.revision = 1 THEN
            link := sha256(convert_to(format(E'sarap-journal-v1\n%s\n%s', entry.session_id, entry.position), 'UTF8'));
        END IF;
        edit := json_build_object('n', entry.revision, 'at', 0, 'wall', 0, 'nonce', '', 'language', entry.language,
                                  'file', '', 'whole', entry.source)::text;
        UPDATE journal_entry
        SET edits = ARRAY[edit], edit_count = entry.revision, prev_head = link, head = sha256(link || convert_to(edit, 'UTF8'))
        WHERE session_id = entry.session_id AND position = entry.position AND revision = entry.revision
        RETURNING head INTO link;
    END LOOP;
END
$$;

GRANT SELECT, INSERT ON lease TO sarap_web;
GRANT UPDATE (lease_id) ON session TO sarap_web;
GRANT SELECT ON lease TO sarap_registry;
