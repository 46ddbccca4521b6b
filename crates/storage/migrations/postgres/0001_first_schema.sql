-- The first schema. The same tables and columns as migrations/sqlite/0001_first_schema.sql.

create table area (
    code text primary key,
    name text not null,
    kind text not null,
    parent_code text,
    vintage text not null,
    valid_from date,
    valid_to date,
    source text not null
);

create table area_succession (
    predecessor_code text not null,
    successor_code text not null,
    on_date date,
    note text not null,
    primary key (predecessor_code, successor_code)
);

create table organisation (
    id uuid primary key,
    code text not null unique,
    code_scheme text not null,
    name text not null,
    kind text not null,
    region_code text references area (code),
    area_code text references area (code),
    parent_id uuid references organisation (id),
    arm text,
    valid_from date,
    valid_to date,
    source text not null
);
create index organisation_by_region on organisation (region_code);

create table organisation_succession (
    predecessor_code text not null,
    successor_code text not null,
    on_date date,
    note text not null,
    primary key (predecessor_code, successor_code)
);

create table person (
    id uuid primary key,
    email text not null unique,
    name text not null,
    post text not null,
    password_hash text,
    totp_secret text,
    totp_confirmed_at timestamptz,
    totp_last_step bigint,
    created_at timestamptz not null,
    disabled_at timestamptz
);

create table role_grant (
    id uuid primary key,
    person_id uuid not null references person (id),
    role text not null,
    scope_kind text not null,
    scope_of text not null,
    from_on date not null,
    to_on date,
    granted_by uuid,
    granted_at timestamptz not null
);
create index role_grant_by_person on role_grant (person_id);
create index role_grant_by_scope on role_grant (scope_kind, scope_of);

create table session (
    token_hash bytea primary key,
    person_id uuid not null references person (id),
    form_token text not null,
    stage text not null,
    device text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null
);
create index session_by_person on session (person_id);

create table link (
    token_hash bytea primary key,
    purpose text not null,
    email text not null,
    about_id uuid,
    detail jsonb not null,
    created_by uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    recalled_at timestamptz
);
create index link_by_email on link (email);
create index link_by_about on link (about_id);

create table attempt (
    subject text not null,
    at timestamptz not null
);
create index attempt_by_subject on attempt (subject, at);

create table questionnaire (
    id uuid primary key,
    form_id text not null,
    version text not null,
    title text not null,
    file_name text not null,
    source bytea not null,
    content_hash text not null unique,
    published_at timestamptz not null
);

create table cycle (
    id uuid primary key,
    key text not null unique,
    name text not null,
    financial_year text not null,
    state text not null,
    opens_on date not null,
    checking_on date not null,
    closes_on date not null,
    publishes_on date not null,
    census_on date not null,
    questionnaire_id uuid not null references questionnaire (id)
);

create table participation (
    id uuid primary key,
    cycle_id uuid not null references cycle (id),
    organisation_id uuid not null references organisation (id),
    state text not null,
    revision bigint not null,
    reason text not null,
    changed_at timestamptz not null,
    unique (cycle_id, organisation_id)
);
create index participation_by_organisation on participation (organisation_id);

create table nomination (
    id uuid primary key,
    participation_id uuid not null references participation (id),
    nominated_by uuid references person (id),
    email text not null,
    name text not null,
    post text not null,
    nominated_at timestamptz not null,
    registered_at timestamptz,
    person_id uuid references person (id),
    replaced_at timestamptz
);
create index nomination_by_participation on nomination (participation_id);

create table service (
    id uuid primary key,
    organisation_id uuid not null references organisation (id),
    reference text not null,
    name text not null,
    created_at timestamptz not null,
    closed_on date,
    unique (organisation_id, reference)
);

create table service_succession (
    predecessor_id uuid not null references service (id),
    successor_id uuid not null references service (id),
    kind text not null,
    cycle_id uuid not null references cycle (id),
    primary key (predecessor_id, successor_id)
);

create table service_return (
    id uuid primary key,
    cycle_id uuid not null references cycle (id),
    organisation_id uuid not null references organisation (id),
    service_id uuid not null references service (id),
    questionnaire_id uuid not null references questionnaire (id),
    state text not null,
    origin text not null,
    version bigint not null,
    answers jsonb not null,
    staff_wte bigint,
    cost_pence bigint,
    caseload bigint,
    missing_count bigint not null,
    created_at timestamptz not null,
    edited_at timestamptz,
    edited_by uuid references person (id),
    unique (cycle_id, service_id)
);
create index service_return_by_organisation on service_return (organisation_id, cycle_id);
create index service_return_by_service on service_return (service_id);

create table answer_change (
    seq bigint generated always as identity primary key,
    return_id uuid not null references service_return (id),
    version bigint not null,
    path text not null,
    old_value text not null,
    new_value text not null,
    person_id uuid,
    how text not null,
    changed_at timestamptz not null
);
create index answer_change_by_return on answer_change (return_id, version);

create table sign_off (
    id uuid primary key,
    participation_id uuid not null references participation (id),
    revision bigint not null,
    content_hash text not null,
    declaration text not null,
    person_id uuid not null references person (id),
    person_name text not null,
    signed_at timestamptz not null,
    service_count bigint not null,
    unique (participation_id, revision)
);

create table sealed_return (
    sign_off_id uuid not null references sign_off (id),
    service_id uuid not null references service (id),
    name text not null,
    answers jsonb not null,
    staff_wte bigint,
    cost_pence bigint,
    caseload bigint,
    primary key (sign_off_id, service_id)
);

create table published_table (
    cycle_id uuid not null references cycle (id),
    key text not null,
    content jsonb not null,
    content_hash text not null,
    made_at timestamptz not null,
    primary key (cycle_id, key)
);

create table event (
    seq bigint generated always as identity primary key,
    at timestamptz not null,
    kind text not null,
    person_id uuid,
    cycle_id uuid,
    organisation_id uuid,
    service_id uuid,
    return_id uuid,
    detail jsonb not null
);
create index event_by_organisation on event (organisation_id, seq);

create table letter (
    id uuid primary key,
    purpose text not null,
    recipient text not null,
    subject text not null,
    body text not null,
    state text not null,
    tries bigint not null,
    last_error text not null,
    created_at timestamptz not null,
    due_at timestamptz not null,
    sent_at timestamptz
);
create index letter_by_state on letter (state, due_at);

create table job (
    id uuid primary key,
    kind text not null,
    detail jsonb not null,
    state text not null,
    done bigint not null,
    total bigint not null,
    outcome jsonb not null,
    tries bigint not null,
    created_by uuid,
    created_at timestamptz not null,
    due_at timestamptz not null,
    held_until timestamptz,
    finished_at timestamptz
);
create index job_by_state on job (state, due_at);

create table upload (
    id uuid primary key,
    organisation_id uuid not null references organisation (id),
    cycle_id uuid not null references cycle (id),
    person_id uuid not null references person (id),
    file_name text not null,
    content bytea not null,
    created_at timestamptz not null
);
