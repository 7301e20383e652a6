-- lock: brief (columns and a check of the table of sessions, which is small)   breaking: no
-- why: people sign in through an OpenID provider, by an account that they themselves linked; what the
-- provider told of how they showed who they are stays with the session.

alter table parley.session drop constraint session_factor_is_known;
alter table parley.session add constraint session_factor_is_known
  check (factor in ('link', 'passkey', 'recovery code', 'provider'));
/** The claims `acr` and `amr` of the ID token (OpenID Connect Core 1.0 section 2). */
alter table parley.session add column provider_acr text;
alter table parley.session add column provider_amr text[] not null default '{}';
alter table parley.session add constraint session_told_by_a_provider
  check (factor = 'provider' or (provider_acr is null and provider_amr = '{}'));

/** Which account at a provider is whose; nothing else of an account is kept. */
create table parley.provider_identity (
  id text primary key,
  issuer text not null,
  subject text not null,
  person_id text not null references parley.person,
  linked_at timestamptz not null,
  last_used_at timestamptz,
  constraint identity_is_linked_once unique (issuer, subject)
);
create index provider_identity_by_person on parley.provider_identity (person_id);

/** Who was sent to a provider and did not come back yet; coming back takes the row away. */
create table parley.provider_request (
  /** Of the secret that the browser keeps. */
  hash bytea primary key,
  purpose text not null
    constraint request_purpose_is_known check (purpose in ('sign-in', 'link')),
  /** Who links an account, and in which session; nobody is known yet who signs in. */
  person_id text references parley.person,
  session_id text references parley.session (id) on delete cascade,
  /** The page of ours where it goes on. */
  target text not null constraint request_target_is_a_path check (target ~ '^/($|[^/\\])'),
  expires_at timestamptz not null,
  constraint request_of_a_session check ((purpose = 'link') = (session_id is not null)
    and (session_id is null) = (person_id is null))
);
create index provider_request_by_end on parley.provider_request (expires_at);

alter table parley.provider_identity enable row level security;
alter table parley.provider_identity force row level security;
alter table parley.provider_request enable row level security;
alter table parley.provider_request force row level security;

-- The product reads identities for whoever signs in, because nobody is known by then.
create policy own_identities on parley.provider_identity for select to parley_app
  using ((select parley.actor_is_system()) or person_id = (select parley.actor_person()));
create policy own_identities_are_linked on parley.provider_identity for insert to parley_app
  with check (person_id = (select parley.actor_person()));
create policy identities_are_used on parley.provider_identity for update to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));
create policy own_identities_go on parley.provider_identity for delete to parley_app
  using (person_id = (select parley.actor_person()));

create policy system_keeps_provider_requests on parley.provider_request for all to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));

create policy keeper on parley.provider_identity for all to parley_keeper
  using (true) with check (true);
create policy keeper on parley.provider_request for all to parley_keeper
  using (true) with check (true);

grant select, insert, update, delete on parley.provider_identity to parley_app;
grant select, insert, delete on parley.provider_request to parley_app;
grant select, insert, update, delete on parley.provider_identity, parley.provider_request
  to parley_keeper;
