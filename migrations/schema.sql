-- What all migrations make together. Written by `make schema`, never by hand; for reading, not for running.

CREATE TYPE public.pgqueuer_status AS ENUM (
    'queued',
    'picked',
    'successful',
    'exception',
    'canceled',
    'deleted',
    'failed'
);

CREATE FUNCTION public.credential_status_change_is_impartial() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM credential_intention i
        JOIN decision d ON i.source = 'decision:' || d.decision_id
        JOIN result r USING (result_id)
        JOIN session s USING (session_id)
        WHERE i.credential_id = NEW.credential_id AND s.candidate_id = NEW.decided_by
    ) THEN
        RAISE EXCEPTION 'not impartial: % holds this certificate', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.decision_is_impartial() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM result r
        JOIN session s USING (session_id)
        WHERE r.result_id = NEW.result_id
          AND (s.candidate_id = NEW.decided_by
               OR EXISTS (SELECT FROM item i JOIN task t USING (task_id)
                          WHERE i.paper_id = s.paper_id AND NEW.decided_by IN (t.imported_by, t.published_by))
               OR EXISTS (SELECT FROM incident n WHERE n.session_id = s.session_id AND n.raised_by = NEW.decided_by))
    ) THEN
        RAISE EXCEPTION 'not impartial: % took part in examining this candidate', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.fn_pgqueuer_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;
    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;
    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;
END;
$$;

CREATE FUNCTION public.incident_review_is_by_another() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM incident i
        JOIN session s USING (session_id)
        WHERE i.incident_id = NEW.incident_id AND NEW.reviewed_by IN (i.raised_by, s.candidate_id)
    ) THEN
        RAISE EXCEPTION 'not impartial: % raised this incident or is its candidate', NEW.reviewed_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TABLE public.account (
    account_id uuid DEFAULT gen_random_uuid() NOT NULL,
    login text NOT NULL,
    password_hash text NOT NULL,
    display_name text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT account_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 200))),
    CONSTRAINT account_locale_check CHECK ((locale = ANY (ARRAY['kk'::text, 'ru'::text, 'en'::text]))),
    CONSTRAINT account_login_check CHECK (((login = lower(login)) AND ((length(login) >= 3) AND (length(login) <= 100))))
);

CREATE TABLE public.account_role (
    account_id uuid NOT NULL,
    role text NOT NULL,
    CONSTRAINT account_role_role_check CHECK ((role = ANY (ARRAY['candidate'::text, 'examiner'::text, 'proctor'::text, 'registrar'::text, 'administrator'::text])))
);

CREATE TABLE public.audit_event (
    audit_event_id bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    account_id uuid,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id text
);

ALTER TABLE public.audit_event ALTER COLUMN audit_event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_event_audit_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.blueprint_row (
    scheme_id uuid NOT NULL,
    "position" integer NOT NULL,
    content_area text NOT NULL,
    points integer NOT NULL,
    CONSTRAINT blueprint_row_points_check CHECK ((points > 0)),
    CONSTRAINT blueprint_row_position_check CHECK (("position" > 0))
);

CREATE TABLE public.credential_bundle (
    credential_id uuid NOT NULL,
    bundle bytea NOT NULL,
    settled_at timestamp with time zone NOT NULL
);

CREATE TABLE public.credential_intention (
    credential_id uuid NOT NULL,
    source text NOT NULL,
    serial text NOT NULL,
    status_index integer NOT NULL,
    salt bytea NOT NULL,
    recorded bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT credential_intention_salt_check CHECK ((length(salt) = 32)),
    CONSTRAINT credential_intention_status_index_check CHECK ((status_index >= 0))
);

CREATE TABLE public.credential_signature (
    credential_id uuid NOT NULL,
    leaf_index bigint NOT NULL,
    proofs bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.credential_status_change (
    change_id bigint NOT NULL,
    credential_id uuid NOT NULL,
    purpose text NOT NULL,
    active boolean NOT NULL,
    reason text NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT credential_status_change_check CHECK ((active OR (purpose = 'suspension'::text))),
    CONSTRAINT credential_status_change_purpose_check CHECK ((purpose = ANY (ARRAY['revocation'::text, 'suspension'::text]))),
    CONSTRAINT credential_status_change_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000)))
);

ALTER TABLE public.credential_status_change ALTER COLUMN change_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.credential_status_change_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dataset (
    dataset_id uuid DEFAULT gen_random_uuid() NOT NULL,
    task_id uuid NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    checker jsonb NOT NULL,
    cpu_time_ms integer NOT NULL,
    memory_mib integer NOT NULL,
    output_kib integer NOT NULL,
    groups jsonb NOT NULL,
    max_score numeric(12,4) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    activated_at timestamp with time zone,
    CONSTRAINT dataset_version_check CHECK ((version > 0))
);

CREATE TABLE public.decision (
    decision_id uuid DEFAULT gen_random_uuid() NOT NULL,
    result_id uuid NOT NULL,
    decided_by uuid NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT decision_outcome_check CHECK ((outcome = ANY (ARRAY['certify'::text, 'decline'::text]))),
    CONSTRAINT decision_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000)))
);

CREATE TABLE public.incident (
    incident_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    raised_by uuid NOT NULL,
    category text NOT NULL,
    description text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT incident_category_check CHECK ((category = ANY (ARRAY['environment'::text, 'candidate'::text, 'proctor'::text, 'technical'::text, 'other'::text]))),
    CONSTRAINT incident_description_check CHECK (((length(description) >= 1) AND (length(description) <= 4000)))
);

CREATE TABLE public.incident_review (
    incident_id uuid NOT NULL,
    reviewed_by uuid NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    reviewed_at timestamp with time zone NOT NULL,
    CONSTRAINT incident_review_outcome_check CHECK ((outcome = ANY (ARRAY['no_effect'::text, 'warning'::text, 'session_void'::text]))),
    CONSTRAINT incident_review_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 4000)))
);

CREATE TABLE public.issuer_document (
    did text NOT NULL,
    version integer NOT NULL,
    document bytea NOT NULL,
    published_at timestamp with time zone NOT NULL,
    CONSTRAINT issuer_document_version_check CHECK ((version > 0))
);

CREATE TABLE public.item (
    paper_id uuid NOT NULL,
    "position" integer NOT NULL,
    task_id uuid NOT NULL,
    dataset_id uuid NOT NULL,
    points integer NOT NULL,
    CONSTRAINT item_points_check CHECK ((points > 0)),
    CONSTRAINT item_position_check CHECK (("position" > 0))
);

CREATE TABLE public.journal_entry (
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    revision integer NOT NULL,
    language text NOT NULL,
    source text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    CONSTRAINT journal_entry_revision_check CHECK ((revision > 0))
);

CREATE TABLE public.judgement (
    submission_id uuid NOT NULL,
    dataset_id uuid NOT NULL,
    verdict text NOT NULL,
    score numeric(12,4) NOT NULL,
    max_score numeric(12,4) NOT NULL,
    cases jsonb NOT NULL,
    groups jsonb NOT NULL,
    compile_log text NOT NULL,
    evidence jsonb NOT NULL,
    judged_at timestamp with time zone NOT NULL,
    CONSTRAINT judgement_verdict_check CHECK ((verdict = ANY (ARRAY['AC'::text, 'WA'::text, 'TLE'::text, 'MLE'::text, 'OLE'::text, 'RTE'::text, 'CE'::text])))
);

CREATE TABLE public.judging_failure (
    judging_failure_id bigint NOT NULL,
    submission_id uuid NOT NULL,
    code text NOT NULL,
    detail text NOT NULL,
    failed_at timestamp with time zone NOT NULL
);

ALTER TABLE public.judging_failure ALTER COLUMN judging_failure_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.judging_failure_judging_failure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.log_checkpoint (
    tree_size bigint NOT NULL,
    root_hash bytea NOT NULL,
    note text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT log_checkpoint_root_hash_check CHECK ((length(root_hash) = 32)),
    CONSTRAINT log_checkpoint_tree_size_check CHECK ((tree_size > 0))
);

CREATE TABLE public.log_leaf (
    leaf_index bigint NOT NULL,
    leaf_hash bytea NOT NULL,
    kind text NOT NULL,
    entry text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT log_leaf_kind_check CHECK ((kind = ANY (ARRAY['issue'::text, 'revoke'::text, 'suspend'::text, 'reinstate'::text]))),
    CONSTRAINT log_leaf_leaf_hash_check CHECK ((length(leaf_hash) = 32)),
    CONSTRAINT log_leaf_leaf_index_check CHECK ((leaf_index >= 0))
);

CREATE TABLE public.log_node (
    level smallint NOT NULL,
    "position" bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT log_node_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT log_node_level_check CHECK ((level >= 0)),
    CONSTRAINT log_node_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.observation (
    observation_id bigint NOT NULL,
    session_id uuid NOT NULL,
    kind text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    client_time timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT observation_kind_check CHECK ((kind = ANY (ARRAY['focus_lost'::text, 'focus_gained'::text, 'paste'::text, 'fullscreen_left'::text, 'fullscreen_entered'::text, 'disconnected'::text, 'connected'::text, 'camera_off'::text, 'camera_on'::text])))
);

ALTER TABLE public.observation ALTER COLUMN observation_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.observation_observation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.paper (
    paper_id uuid DEFAULT gen_random_uuid() NOT NULL,
    scheme_id uuid NOT NULL,
    assembled_at timestamp with time zone NOT NULL
);

CREATE TABLE public.pgqueuer (
    id bigint NOT NULL,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    execute_after timestamp with time zone DEFAULT now() NOT NULL,
    status public.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    slot bigint
);

CREATE SEQUENCE public.pgqueuer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgqueuer_id_seq OWNED BY public.pgqueuer.id;

CREATE TABLE public.pgqueuer_log (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    job_id bigint NOT NULL,
    status public.pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
);

ALTER TABLE public.pgqueuer_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pgqueuer_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pgqueuer_schedules (
    id bigint NOT NULL,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    next_run timestamp with time zone DEFAULT now() NOT NULL,
    last_run timestamp with time zone,
    status public.pgqueuer_status DEFAULT 'queued'::public.pgqueuer_status
);

CREATE SEQUENCE public.pgqueuer_schedules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgqueuer_schedules_id_seq OWNED BY public.pgqueuer_schedules.id;

CREATE TABLE public.pgqueuer_statistics (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT date_trunc('sec'::text, now()) NOT NULL,
    count bigint NOT NULL,
    priority integer NOT NULL,
    status public.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
);

CREATE SEQUENCE public.pgqueuer_statistics_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgqueuer_statistics_id_seq OWNED BY public.pgqueuer_statistics.id;

CREATE UNLOGGED TABLE public.presence (
    session_id uuid NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    seen_before_at timestamp with time zone
)
WITH (fillfactor='50');

CREATE TABLE public.reference_judgement (
    reference_solution_id uuid NOT NULL,
    dataset_id uuid NOT NULL,
    verdict text,
    score numeric(12,4),
    as_expected boolean NOT NULL,
    detail jsonb NOT NULL,
    judged_at timestamp with time zone NOT NULL
);

CREATE TABLE public.reference_solution (
    reference_solution_id uuid DEFAULT gen_random_uuid() NOT NULL,
    task_id uuid NOT NULL,
    path text NOT NULL,
    language text NOT NULL,
    rules jsonb NOT NULL,
    files jsonb NOT NULL
);

CREATE TABLE public.result (
    result_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    score numeric(12,4) NOT NULL,
    max_score numeric(12,4) NOT NULL,
    cut_score_percent integer NOT NULL,
    passed boolean NOT NULL,
    items jsonb NOT NULL,
    graded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sample_run (
    sample_run_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    language text NOT NULL,
    source text NOT NULL,
    requested_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sample_run_report (
    sample_run_id uuid NOT NULL,
    report jsonb NOT NULL,
    finished_at timestamp with time zone NOT NULL
);

CREATE TABLE public.schema_migrations (
    version text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.scheme (
    scheme_id uuid DEFAULT gen_random_uuid() NOT NULL,
    code text NOT NULL,
    names jsonb NOT NULL,
    descriptions jsonb NOT NULL,
    duration_minutes integer NOT NULL,
    cut_score_percent integer NOT NULL,
    languages text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT scheme_cut_score_percent_check CHECK (((cut_score_percent >= 1) AND (cut_score_percent <= 100))),
    CONSTRAINT scheme_duration_minutes_check CHECK (((duration_minutes >= 1) AND (duration_minutes <= 1440)))
);

CREATE TABLE public.session (
    session_id uuid DEFAULT gen_random_uuid() NOT NULL,
    scheme_id uuid NOT NULL,
    paper_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    consented_at timestamp with time zone,
    camera_consent boolean DEFAULT false NOT NULL,
    started_at timestamp with time zone,
    allotted_seconds integer NOT NULL,
    sealed_at timestamp with time zone,
    seal_reason text,
    CONSTRAINT session_allotted_seconds_check CHECK ((allotted_seconds > 0)),
    CONSTRAINT session_check CHECK (((sealed_at IS NULL) = (seal_reason IS NULL))),
    CONSTRAINT session_check1 CHECK (((started_at IS NULL) OR (consented_at IS NOT NULL))),
    CONSTRAINT session_seal_reason_check CHECK ((seal_reason = ANY (ARRAY['finished'::text, 'time_up'::text])))
);

CREATE TABLE public.snapshot (
    snapshot_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    image bytea NOT NULL,
    sha256 bytea NOT NULL,
    received_at timestamp with time zone NOT NULL
);

CREATE TABLE public.status_list_publication (
    purpose text NOT NULL,
    version integer NOT NULL,
    credential bytea NOT NULL,
    published_at timestamp with time zone NOT NULL,
    CONSTRAINT status_list_publication_purpose_check CHECK ((purpose = ANY (ARRAY['revocation'::text, 'suspension'::text]))),
    CONSTRAINT status_list_publication_version_check CHECK ((version > 0))
);

CREATE TABLE public.submission (
    submission_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    "position" integer NOT NULL,
    language text NOT NULL,
    source text NOT NULL,
    source_sha256 bytea NOT NULL,
    origin text NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    CONSTRAINT submission_origin_check CHECK ((origin = ANY (ARRAY['handed_in'::text, 'sealed'::text]))),
    CONSTRAINT submission_source_sha256_check CHECK ((length(source_sha256) = 32))
);

CREATE TABLE public.task (
    task_id uuid DEFAULT gen_random_uuid() NOT NULL,
    short_name text NOT NULL,
    version integer NOT NULL,
    names jsonb NOT NULL,
    statements jsonb NOT NULL,
    samples jsonb NOT NULL,
    content_area text NOT NULL,
    languages text[] NOT NULL,
    cpu_time_ms integer NOT NULL,
    memory_mib integer NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    package_sha256 bytea NOT NULL,
    imported_by uuid NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    published_by uuid,
    published_at timestamp with time zone,
    CONSTRAINT task_check CHECK (((published_by IS NULL) = (published_at IS NULL))),
    CONSTRAINT task_check1 CHECK ((published_by <> imported_by)),
    CONSTRAINT task_cpu_time_ms_check CHECK ((cpu_time_ms > 0)),
    CONSTRAINT task_memory_mib_check CHECK ((memory_mib > 0)),
    CONSTRAINT task_short_name_check CHECK ((short_name ~ '^[a-z0-9]+$'::text)),
    CONSTRAINT task_version_check CHECK ((version > 0))
);

CREATE TABLE public.test_case (
    dataset_id uuid NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    sample boolean NOT NULL,
    input bytea NOT NULL,
    answer bytea NOT NULL
);

CREATE TABLE public.websession (
    token_sha256 bytea NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT websession_token_sha256_check CHECK ((length(token_sha256) = 32))
);

ALTER TABLE ONLY public.pgqueuer ALTER COLUMN id SET DEFAULT nextval('public.pgqueuer_id_seq'::regclass);

ALTER TABLE ONLY public.pgqueuer_schedules ALTER COLUMN id SET DEFAULT nextval('public.pgqueuer_schedules_id_seq'::regclass);

ALTER TABLE ONLY public.pgqueuer_statistics ALTER COLUMN id SET DEFAULT nextval('public.pgqueuer_statistics_id_seq'::regclass);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_login_key UNIQUE (login);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.account_role
    ADD CONSTRAINT account_role_pkey PRIMARY KEY (account_id, role);

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (audit_event_id);

ALTER TABLE ONLY public.blueprint_row
    ADD CONSTRAINT blueprint_row_pkey PRIMARY KEY (scheme_id, "position");

ALTER TABLE ONLY public.credential_bundle
    ADD CONSTRAINT credential_bundle_pkey PRIMARY KEY (credential_id);

ALTER TABLE ONLY public.credential_intention
    ADD CONSTRAINT credential_intention_pkey PRIMARY KEY (credential_id);

ALTER TABLE ONLY public.credential_intention
    ADD CONSTRAINT credential_intention_serial_key UNIQUE (serial);

ALTER TABLE ONLY public.credential_intention
    ADD CONSTRAINT credential_intention_source_key UNIQUE (source);

ALTER TABLE ONLY public.credential_intention
    ADD CONSTRAINT credential_intention_status_index_key UNIQUE (status_index);

ALTER TABLE ONLY public.credential_signature
    ADD CONSTRAINT credential_signature_pkey PRIMARY KEY (credential_id);

ALTER TABLE ONLY public.credential_status_change
    ADD CONSTRAINT credential_status_change_pkey PRIMARY KEY (change_id);

ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_pkey PRIMARY KEY (dataset_id);

ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_task_id_version_key UNIQUE (task_id, version);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (decision_id);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_result_id_key UNIQUE (result_id);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_pkey PRIMARY KEY (incident_id);

ALTER TABLE ONLY public.incident_review
    ADD CONSTRAINT incident_review_pkey PRIMARY KEY (incident_id);

ALTER TABLE ONLY public.issuer_document
    ADD CONSTRAINT issuer_document_pkey PRIMARY KEY (did, version);

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (paper_id, "position");

ALTER TABLE ONLY public.journal_entry
    ADD CONSTRAINT journal_entry_pkey PRIMARY KEY (session_id, "position", revision);

ALTER TABLE ONLY public.judgement
    ADD CONSTRAINT judgement_pkey PRIMARY KEY (submission_id, dataset_id);

ALTER TABLE ONLY public.judging_failure
    ADD CONSTRAINT judging_failure_pkey PRIMARY KEY (judging_failure_id);

ALTER TABLE ONLY public.log_checkpoint
    ADD CONSTRAINT log_checkpoint_pkey PRIMARY KEY (tree_size);

ALTER TABLE ONLY public.log_leaf
    ADD CONSTRAINT log_leaf_leaf_hash_key UNIQUE (leaf_hash);

ALTER TABLE ONLY public.log_leaf
    ADD CONSTRAINT log_leaf_pkey PRIMARY KEY (leaf_index);

ALTER TABLE ONLY public.log_node
    ADD CONSTRAINT log_node_pkey PRIMARY KEY (level, "position");

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT observation_pkey PRIMARY KEY (observation_id);

ALTER TABLE ONLY public.paper
    ADD CONSTRAINT paper_pkey PRIMARY KEY (paper_id);

ALTER TABLE ONLY public.pgqueuer_log
    ADD CONSTRAINT pgqueuer_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pgqueuer
    ADD CONSTRAINT pgqueuer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_expression_entrypoint_key UNIQUE (expression, entrypoint);

ALTER TABLE ONLY public.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pgqueuer_statistics
    ADD CONSTRAINT pgqueuer_statistics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY public.reference_judgement
    ADD CONSTRAINT reference_judgement_pkey PRIMARY KEY (reference_solution_id, dataset_id);

ALTER TABLE ONLY public.reference_solution
    ADD CONSTRAINT reference_solution_pkey PRIMARY KEY (reference_solution_id);

ALTER TABLE ONLY public.reference_solution
    ADD CONSTRAINT reference_solution_task_id_path_key UNIQUE (task_id, path);

ALTER TABLE ONLY public.result
    ADD CONSTRAINT result_pkey PRIMARY KEY (result_id);

ALTER TABLE ONLY public.result
    ADD CONSTRAINT result_session_id_key UNIQUE (session_id);

ALTER TABLE ONLY public.sample_run
    ADD CONSTRAINT sample_run_pkey PRIMARY KEY (sample_run_id);

ALTER TABLE ONLY public.sample_run_report
    ADD CONSTRAINT sample_run_report_pkey PRIMARY KEY (sample_run_id);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.scheme
    ADD CONSTRAINT scheme_code_key UNIQUE (code);

ALTER TABLE ONLY public.scheme
    ADD CONSTRAINT scheme_pkey PRIMARY KEY (scheme_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_paper_id_key UNIQUE (paper_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT snapshot_pkey PRIMARY KEY (snapshot_id);

ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT snapshot_session_id_sha256_key UNIQUE (session_id, sha256);

ALTER TABLE ONLY public.status_list_publication
    ADD CONSTRAINT status_list_publication_pkey PRIMARY KEY (purpose, version);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_pkey PRIMARY KEY (submission_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (task_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_short_name_version_key UNIQUE (short_name, version);

ALTER TABLE ONLY public.test_case
    ADD CONSTRAINT test_case_pkey PRIMARY KEY (dataset_id, "position");

ALTER TABLE ONLY public.websession
    ADD CONSTRAINT websession_pkey PRIMARY KEY (token_sha256);

CREATE INDEX audit_event_of_subject ON public.audit_event USING btree (subject, audit_event_id);

CREATE INDEX credential_status_change_of_credential ON public.credential_status_change USING btree (credential_id, purpose, change_id);

CREATE INDEX incident_of_session ON public.incident USING btree (session_id);

CREATE INDEX judging_failure_of_submission ON public.judging_failure USING btree (submission_id);

CREATE INDEX observation_of_session ON public.observation USING btree (session_id, observation_id);

CREATE UNIQUE INDEX observation_once ON public.observation USING btree (session_id, kind, client_time);

CREATE INDEX pgqueuer_ep_ea_idx ON public.pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_ep_prio_id_idx ON public.pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_log_created ON public.pgqueuer_log USING btree (created);

CREATE INDEX pgqueuer_log_job_id_status ON public.pgqueuer_log USING btree (job_id, created DESC);

CREATE INDEX pgqueuer_log_not_aggregated ON public.pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);

CREATE INDEX pgqueuer_log_status ON public.pgqueuer_log USING btree (status);

CREATE INDEX pgqueuer_picked_heartbeat_idx ON public.pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::public.pgqueuer_status);

CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON public.pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::public.pgqueuer_status) AND (slot IS NOT NULL));

CREATE INDEX pgqueuer_priority_id_id1_idx ON public.pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_queue_manager_id_idx ON public.pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);

CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON public.pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);

CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON public.pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::public.pgqueuer_status, 'picked'::public.pgqueuer_status])) AND (dedupe_key IS NOT NULL));

CREATE INDEX pgqueuer_updated_id_id1_idx ON public.pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::public.pgqueuer_status);

CREATE INDEX sample_run_of_session ON public.sample_run USING btree (session_id, requested_at);

CREATE INDEX session_of_candidate ON public.session USING btree (candidate_id, opened_at);

CREATE UNIQUE INDEX session_unfinished ON public.session USING btree (candidate_id, scheme_id) WHERE (sealed_at IS NULL);

CREATE INDEX snapshot_of_session ON public.snapshot USING btree (session_id, received_at);

CREATE INDEX submission_of_session ON public.submission USING btree (session_id, "position", submitted_at);

CREATE UNIQUE INDEX submission_sealed_once ON public.submission USING btree (session_id, "position") WHERE (origin = 'sealed'::text);

CREATE INDEX websession_of_account ON public.websession USING btree (account_id);

CREATE TRIGGER credential_status_change_is_impartial BEFORE INSERT ON public.credential_status_change FOR EACH ROW EXECUTE FUNCTION public.credential_status_change_is_impartial();

CREATE TRIGGER decision_is_impartial BEFORE INSERT ON public.decision FOR EACH ROW EXECUTE FUNCTION public.decision_is_impartial();

CREATE TRIGGER incident_review_is_by_another BEFORE INSERT ON public.incident_review FOR EACH ROW EXECUTE FUNCTION public.incident_review_is_by_another();

CREATE TRIGGER tg_pgqueuer_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.pgqueuer FOR EACH STATEMENT EXECUTE FUNCTION public.fn_pgqueuer_changed();

ALTER TABLE ONLY public.account_role
    ADD CONSTRAINT account_role_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.blueprint_row
    ADD CONSTRAINT blueprint_row_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.credential_bundle
    ADD CONSTRAINT credential_bundle_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES public.credential_signature(credential_id);

ALTER TABLE ONLY public.credential_signature
    ADD CONSTRAINT credential_signature_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES public.credential_intention(credential_id);

ALTER TABLE ONLY public.credential_signature
    ADD CONSTRAINT credential_signature_leaf_index_fkey FOREIGN KEY (leaf_index) REFERENCES public.log_leaf(leaf_index);

ALTER TABLE ONLY public.credential_status_change
    ADD CONSTRAINT credential_status_change_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES public.credential_bundle(credential_id);

ALTER TABLE ONLY public.credential_status_change
    ADD CONSTRAINT credential_status_change_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.task(task_id);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_result_id_fkey FOREIGN KEY (result_id) REFERENCES public.result(result_id);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_raised_by_fkey FOREIGN KEY (raised_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.incident_review
    ADD CONSTRAINT incident_review_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES public.incident(incident_id);

ALTER TABLE ONLY public.incident_review
    ADD CONSTRAINT incident_review_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_paper_id_fkey FOREIGN KEY (paper_id) REFERENCES public.paper(paper_id);

ALTER TABLE ONLY public.item
    ADD CONSTRAINT item_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.task(task_id);

ALTER TABLE ONLY public.journal_entry
    ADD CONSTRAINT journal_entry_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.judgement
    ADD CONSTRAINT judgement_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.judgement
    ADD CONSTRAINT judgement_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(submission_id);

ALTER TABLE ONLY public.judging_failure
    ADD CONSTRAINT judging_failure_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES public.submission(submission_id);

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT observation_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.paper
    ADD CONSTRAINT paper_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.reference_judgement
    ADD CONSTRAINT reference_judgement_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.reference_judgement
    ADD CONSTRAINT reference_judgement_reference_solution_id_fkey FOREIGN KEY (reference_solution_id) REFERENCES public.reference_solution(reference_solution_id);

ALTER TABLE ONLY public.reference_solution
    ADD CONSTRAINT reference_solution_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.task(task_id);

ALTER TABLE ONLY public.result
    ADD CONSTRAINT result_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.sample_run_report
    ADD CONSTRAINT sample_run_report_sample_run_id_fkey FOREIGN KEY (sample_run_id) REFERENCES public.sample_run(sample_run_id);

ALTER TABLE ONLY public.sample_run
    ADD CONSTRAINT sample_run_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_candidate_id_fkey FOREIGN KEY (candidate_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_paper_id_fkey FOREIGN KEY (paper_id) REFERENCES public.paper(paper_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_scheme_id_fkey FOREIGN KEY (scheme_id) REFERENCES public.scheme(scheme_id);

ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT snapshot_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.session(session_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_imported_by_fkey FOREIGN KEY (imported_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_published_by_fkey FOREIGN KEY (published_by) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.test_case
    ADD CONSTRAINT test_case_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.dataset(dataset_id);

ALTER TABLE ONLY public.websession
    ADD CONSTRAINT websession_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

GRANT USAGE ON SCHEMA public TO sarap_web;

GRANT USAGE ON SCHEMA public TO sarap_judging;

GRANT USAGE ON SCHEMA public TO sarap_registry;

GRANT SELECT ON TABLE public.account TO sarap_web;

GRANT SELECT(account_id) ON TABLE public.account TO sarap_registry;

GRANT SELECT(login) ON TABLE public.account TO sarap_registry;

GRANT SELECT(display_name) ON TABLE public.account TO sarap_registry;

GRANT UPDATE(locale) ON TABLE public.account TO sarap_web;

GRANT SELECT(locale) ON TABLE public.account TO sarap_registry;

GRANT SELECT ON TABLE public.account_role TO sarap_web;

GRANT SELECT ON TABLE public.account_role TO sarap_registry;

GRANT INSERT ON TABLE public.audit_event TO sarap_web;

GRANT INSERT ON TABLE public.audit_event TO sarap_judging;

GRANT INSERT ON TABLE public.audit_event TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.audit_event_audit_event_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.audit_event_audit_event_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.audit_event_audit_event_id_seq TO sarap_registry;

GRANT SELECT ON TABLE public.blueprint_row TO sarap_web;

GRANT SELECT ON TABLE public.blueprint_row TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.credential_bundle TO sarap_registry;

GRANT SELECT ON TABLE public.credential_bundle TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.credential_intention TO sarap_registry;

GRANT SELECT(credential_id) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT(source) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT(serial) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT(status_index) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT(created_at) ON TABLE public.credential_intention TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.credential_signature TO sarap_registry;

GRANT SELECT ON TABLE public.credential_status_change TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.credential_status_change TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.credential_status_change_change_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.credential_status_change_change_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.credential_status_change_change_id_seq TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.dataset TO sarap_web;

GRANT SELECT ON TABLE public.dataset TO sarap_judging;

GRANT SELECT ON TABLE public.dataset TO sarap_registry;

GRANT UPDATE(activated_at) ON TABLE public.dataset TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.decision TO sarap_web;

GRANT SELECT ON TABLE public.decision TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.incident TO sarap_web;

GRANT SELECT ON TABLE public.incident TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.incident_review TO sarap_web;

GRANT SELECT ON TABLE public.incident_review TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.issuer_document TO sarap_registry;

GRANT SELECT ON TABLE public.issuer_document TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.item TO sarap_web;

GRANT SELECT ON TABLE public.item TO sarap_judging;

GRANT SELECT ON TABLE public.item TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.journal_entry TO sarap_web;

GRANT SELECT ON TABLE public.journal_entry TO sarap_registry;

GRANT SELECT ON TABLE public.judgement TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.judgement TO sarap_judging;

GRANT SELECT ON TABLE public.judgement TO sarap_registry;

GRANT SELECT ON TABLE public.judging_failure TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.judging_failure TO sarap_judging;

GRANT SELECT ON TABLE public.judging_failure TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.judging_failure_judging_failure_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.judging_failure_judging_failure_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.judging_failure_judging_failure_id_seq TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.log_checkpoint TO sarap_registry;

GRANT SELECT ON TABLE public.log_checkpoint TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.log_leaf TO sarap_registry;

GRANT SELECT ON TABLE public.log_leaf TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.log_node TO sarap_registry;

GRANT SELECT ON TABLE public.log_node TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.observation TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.observation_observation_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.observation_observation_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.observation_observation_id_seq TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.paper TO sarap_web;

GRANT SELECT ON TABLE public.paper TO sarap_judging;

GRANT SELECT ON TABLE public.paper TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.pgqueuer TO sarap_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer TO sarap_judging;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_id_seq TO sarap_registry;

GRANT INSERT ON TABLE public.pgqueuer_log TO sarap_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_log TO sarap_judging;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_log TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_log_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_log_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_log_id_seq TO sarap_registry;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_schedules TO sarap_judging;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_schedules TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_schedules_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_schedules_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_schedules_id_seq TO sarap_registry;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_statistics TO sarap_judging;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_statistics TO sarap_registry;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_statistics_id_seq TO sarap_web;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_statistics_id_seq TO sarap_judging;

GRANT SELECT,USAGE ON SEQUENCE public.pgqueuer_statistics_id_seq TO sarap_registry;

GRANT SELECT,INSERT,UPDATE ON TABLE public.presence TO sarap_web;

GRANT SELECT ON TABLE public.reference_judgement TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.reference_judgement TO sarap_judging;

GRANT SELECT,INSERT ON TABLE public.reference_solution TO sarap_web;

GRANT SELECT ON TABLE public.reference_solution TO sarap_judging;

GRANT SELECT ON TABLE public.result TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.result TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.sample_run TO sarap_web;

GRANT SELECT ON TABLE public.sample_run TO sarap_judging;

GRANT SELECT ON TABLE public.sample_run_report TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.sample_run_report TO sarap_judging;

GRANT SELECT ON TABLE public.schema_migrations TO sarap_web;

GRANT SELECT ON TABLE public.schema_migrations TO sarap_judging;

GRANT SELECT ON TABLE public.schema_migrations TO sarap_registry;

GRANT SELECT ON TABLE public.scheme TO sarap_web;

GRANT SELECT ON TABLE public.scheme TO sarap_judging;

GRANT SELECT ON TABLE public.scheme TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.session TO sarap_web;

GRANT SELECT ON TABLE public.session TO sarap_registry;

GRANT SELECT(session_id) ON TABLE public.session TO sarap_judging;

GRANT SELECT(scheme_id) ON TABLE public.session TO sarap_judging;

GRANT SELECT(paper_id) ON TABLE public.session TO sarap_judging;

GRANT UPDATE(consented_at) ON TABLE public.session TO sarap_web;

GRANT UPDATE(consented_at) ON TABLE public.session TO sarap_registry;

GRANT UPDATE(camera_consent) ON TABLE public.session TO sarap_web;

GRANT UPDATE(camera_consent) ON TABLE public.session TO sarap_registry;

GRANT UPDATE(started_at) ON TABLE public.session TO sarap_web;

GRANT UPDATE(started_at) ON TABLE public.session TO sarap_registry;

GRANT SELECT(started_at) ON TABLE public.session TO sarap_judging;

GRANT UPDATE(sealed_at) ON TABLE public.session TO sarap_web;

GRANT UPDATE(sealed_at) ON TABLE public.session TO sarap_registry;

GRANT SELECT(sealed_at) ON TABLE public.session TO sarap_judging;

GRANT UPDATE(seal_reason) ON TABLE public.session TO sarap_web;

GRANT UPDATE(seal_reason) ON TABLE public.session TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.snapshot TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.status_list_publication TO sarap_registry;

GRANT SELECT ON TABLE public.status_list_publication TO sarap_web;

GRANT SELECT,INSERT ON TABLE public.submission TO sarap_web;

GRANT SELECT ON TABLE public.submission TO sarap_judging;

GRANT SELECT,INSERT ON TABLE public.submission TO sarap_registry;

GRANT SELECT,INSERT ON TABLE public.task TO sarap_web;

GRANT SELECT ON TABLE public.task TO sarap_judging;

GRANT SELECT ON TABLE public.task TO sarap_registry;

GRANT UPDATE(published_by) ON TABLE public.task TO sarap_web;

GRANT UPDATE(published_at) ON TABLE public.task TO sarap_web;

GRANT INSERT ON TABLE public.test_case TO sarap_web;

GRANT SELECT ON TABLE public.test_case TO sarap_judging;

GRANT SELECT,INSERT ON TABLE public.websession TO sarap_web;

GRANT UPDATE(expires_at) ON TABLE public.websession TO sarap_web;

GRANT UPDATE(revoked_at) ON TABLE public.websession TO sarap_web;
