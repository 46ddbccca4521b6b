-- The first schema. The same tables and columns as migrations/postgres/0001_first_schema.sql.
-- Instants are microseconds since 1970-01-01 UTC; dates are ISO text; identifiers are 16 bytes.

create table area (
    code text primary key,
    name text not null,
    kind text not null,
    parent_code text,
    vintage text not null,
    valid_from text,
    valid_to text,
    source text not null
);

create table area_succession (
    predecessor_code text not null,
    successor_code text not null,
    on_date text,
    note text not null,
    primary key (predecessor_code, successor_code)
);

create table organisation (
    id blob primary key,
    code text not null unique,
    code_scheme text not null,
    name text not null,
    kind text not null,
    region_code text references area (code),
    area_code text references area (code),
    parent_id blob references organisation (id),
    arm text,
    valid_from text,
    valid_to text,
    source text not null
);
create index organisation_by_region on organisation (region_code);

create table organisation_succession (
    predecessor_code text not null,
    successor_code text not null,
    on_date text,
    note text not null,
    primary key (predecessor_code, successor_code)
);

create table person (
    id blob primary key,
    email text not null unique,
    name text not null,
    post text not null,
    password_hash text,
    totp_secret text,
    totp_confirmed_at integer,
    totp_last_step integer,
    created_at integer not null,
    disabled_at integer
);

create table role_grant (
    id blob primary key,
    person_id blob not null references person (id),
    role text not null,
    scope_kind text not null,
    scope_of text not null,
    from_on text not null,
    to_on text,
    granted_by blob,
    granted_at integer not null
);
create index role_grant_by_person on role_grant (person_id);
create index role_grant_by_scope on role_grant (scope_kind, scope_of);

create table session (
    token_hash blob primary key,
    person_id blob not null references person (id),
    form_token text not null,
    stage text not null,
    device text not null,
    created_at integer not null,
    seen_at integer not null,
    expires_at integer not null
);
create index session_by_person on session (person_id);

create table link (
    token_hash blob primary key,
    purpose text not null,
    email text not null,
    about_id blob,
    detail text not null,
    created_by blob,
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    recalled_at integer
);
create index link_by_email on link (email);
create index link_by_about on link (about_id);

create table attempt (
    subject text not null,
    at integer not null
);
create index attempt_by_subject on attempt (subject, at);

create table questionnaire (
    id blob primary key,
    form_id text not null,
    version text not null,
    title text not null,
    file_name text not null,
    source blob not null,
    content_hash text not null unique,
    published_at integer not null
);

create table cycle (
    id blob primary key,
    key text not null unique,
    name text not null,
    financial_year text not null,
    state text not null,
    opens_on text not null,
    checking_on text not null,
    closes_on text not null,
    publishes_on text not null,
    census_on text not null,
    questionnaire_id blob not null references questionnaire (id)
);

create table participation (
    id blob primary key,
    cycle_id blob not null references cycle (id),
    organisation_id blob not null references organisation (id),
    state text not null,
    revision integer not null,
    reason text not null,
    changed_at integer not null,
    unique (cycle_id, organisation_id)
);
create index participation_by_organisation on participation (organisation_id);

create table nomination (
    id blob primary key,
    participation_id blob not null references participation (id),
    nominated_by blob references person (id),
    email text not null,
    name text not null,
    post text not null,
    nominated_at integer not null,
    registered_at integer,
    person_id blob references person (id),
    replaced_at integer
);
create index nomination_by_participation on nomination (participation_id);

create table service (
    id blob primary key,
    organisation_id blob not null references organisation (id),
    reference text not null,
    name text not null,
    created_at integer not null,
    closed_on text,
    unique (organisation_id, reference)
);

create table service_succession (
    predecessor_id blob not null references service (id),
    successor_id blob not null references service (id),
    kind text not null,
    cycle_id blob not null references cycle (id),
    primary key (predecessor_id, successor_id)
);

create table service_return (
    id blob primary key,
    cycle_id blob not null references cycle (id),
    organisation_id blob not null references organisation (id),
    service_id blob not null references service (id),
    questionnaire_id blob not null references questionnaire (id),
    state text not null,
    origin text not null,
    version integer not null,
    answers text not null,
    staff_wte integer,
    cost_pence integer,
    caseload integer,
    missing_count integer not null,
    created_at integer not null,
    edited_at integer,
    edited_by blob references person (id),
    unique (cycle_id, service_id)
);
create index service_return_by_organisation on service_return (organisation_id, cycle_id);
create index service_return_by_service on service_return (service_id);

create table answer_change (
    seq integer primary key autoincrement,
    return_id blob not null references service_return (id),
    version integer not null,
    path text not null,
    old_value text not null,
    new_value text not null,
    person_id blob,
    how text not null,
    changed_at integer not null
);
create index answer_change_by_return on answer_change (return_id, version);

create table sign_off (
    id blob primary key,
    participation_id blob not null references participation (id),
    revision integer not null,
    content_hash text not null,
    declaration text not null,
    person_id blob not null references person (id),
    person_name text not null,
    signed_at integer not null,
    service_count integer not null,
    unique (participation_id, revision)
);

create table sealed_return (
    sign_off_id blob not null references sign_off (id),
    service_id blob not null references service (id),
    name text not null,
    answers text not null,
    staff_wte integer,
    cost_pence integer,
    caseload integer,
    primary key (sign_off_id, service_id)
);

create table published_table (
    cycle_id blob not null references cycle (id),
    key text not null,
    content text not null,
    content_hash text not null,
    made_at integer not null,
    primary key (cycle_id, key)
);

create table event (
    seq integer primary key autoincrement,
    at integer not null,
    kind text not null,
    person_id blob,
    cycle_id blob,
    organisation_id blob,
    service_id blob,
    return_id blob,
    detail text not null
);
create index event_by_organisation on event (organisation_id, seq);

create table letter (
    id blob primary key,
    purpose text not null,
    recipient text not null,
    subject text not null,
    body text not null,
    state text not null,
    tries integer not null,
    last_error text not null,
    created_at integer not null,
    due_at integer not null,
    sent_at integer
);
create index letter_by_state on letter (state, due_at);

create table job (
    id blob primary key,
    kind text not null,
    detail text not null,
    state text not null,
    done integer not null,
    total integer not null,
    outcome text not null,
    tries integer not null,
    created_by blob,
    created_at integer not null,
    due_at integer not null,
    held_until integer,
    finished_at integer
);
create index job_by_state on job (state, due_at);

create table upload (
    id blob primary key,
    organisation_id blob not null references organisation (id),
    cycle_id blob not null references cycle (id),
    person_id blob not null references person (id),
    file_name text not null,
    content blob not null,
    created_at integer not null
);
