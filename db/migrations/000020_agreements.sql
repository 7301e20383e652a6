-- lock: brief (functions are replaced; new columns of small tables)   breaking: no
-- why: what people agree to is kept as versions that never change, with who accepted which when; and
-- whoever has something to accept first does nothing else until then, whichever route they ask. The
-- same for roles of which a factor is asked that cannot be phished. What somebody may is narrowed
-- further by the scopes of a token; and a session knows when a passkey was last shown in it.

/** A text that people accept; a later version of its kind takes its place, and is asked anew. */
create table parley.agreement (
  kind text not null constraint agreement_kind_is_known
    check (kind in ('participation', 'nda', 'conduct', 'antitrust', 'defensive-use')),
  version integer not null constraint agreement_versions_begin_at_one check (version >= 1),
  /** Markdown. */
  text text not null constraint agreement_is_read_in_a_sitting
    check (text <> '' and octet_length(text) <= 262144),
  /** SHA-256 of the text in UTF-8. */
  digest bytea not null constraint agreement_digest_is_of_the_text
    check (digest = sha256(convert_to(text, 'UTF8'))),
  published_at timestamptz not null,
  /** Who published it. */
  person_id text not null references parley.person,
  /** Of whom it is asked; an empty list is everybody. */
  roles text[] not null,
  organisations text[] not null,
  /** How long tokens of those go on who accepted a version before. */
  token_days integer not null constraint agreement_token_days_are_few
    check (token_days between 0 and 365),
  primary key (kind, version),
  constraint agreement_is_named_by_its_digest unique (kind, version, digest)
);

create table parley.agreement_acceptance (
  id text primary key,
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  kind text not null,
  version integer not null,
  /** Of the text that they say they read. */
  digest bytea not null,
  accepted_at timestamptz not null,
  /** The session in which they did; sessions are forgotten before this is. */
  session_id text not null constraint acceptance_is_of_a_session check (session_id <> ''),
  constraint acceptance_is_given_once unique (person_id, organisation_id, kind, version),
  foreign key (kind, version, digest) references parley.agreement (kind, version, digest)
);
create index agreement_acceptance_by_version on parley.agreement_acceptance (kind, version);

create function parley.agreement_stays() returns trigger language plpgsql
  set search_path = parley, pg_temp as $$
begin
  raise exception 'agreements and who accepted them are never changed: % on %', lower(tg_op),
    tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger agreement_stays before update or delete or truncate on parley.agreement
  for each statement execute function parley.agreement_stays();
create trigger acceptance_stays before update or delete or truncate on parley.agreement_acceptance
  for each statement execute function parley.agreement_stays();
-- Open pages and streams of whoever has to accept it end: every server looks again.
create trigger agreement_is_told after insert on parley.agreement
  for each row execute function parley.tell_access_ended();

alter table parley.agreement enable row level security;
alter table parley.agreement force row level security;
alter table parley.agreement_acceptance enable row level security;
alter table parley.agreement_acceptance force row level security;

create policy everybody_known_sees on parley.agreement for select to parley_app
  using ((select parley.is_role(parley.actor_role())) or (select parley.actor_is_system()));
create policy administrators_publish on parley.agreement for insert to parley_app
  with check ((select parley.actor_may('administer'))
    and person_id = (select parley.actor_person()));
create policy own_and_auditors_see on parley.agreement_acceptance for select to parley_app
  using ((select parley.actor_may('audit')) or person_id = (select parley.actor_person()));
create policy own_is_given on parley.agreement_acceptance for insert to parley_app
  with check (person_id = (select parley.actor_person())
    and organisation_id = (select parley.actor_organisation()));
create policy keeper on parley.agreement for all to parley_keeper using (true) with check (true);
create policy keeper on parley.agreement_acceptance for all to parley_keeper
  using (true) with check (true);

grant select, insert on parley.agreement, parley.agreement_acceptance to parley_app;
grant select, insert, update, delete on parley.agreement, parley.agreement_acceptance
  to parley_keeper;

/**
 * What a member of an organisation still has to accept: of each kind the version that counts, if it
 * is asked of them. It sees what its caller sees.
 */
create function parley.agreements_needed(who text, at_organisation text, as_role text)
  returns table (kind text, version integer) language sql stable
  set search_path = parley, pg_temp as $$
  select a.kind, a.version from (
    select distinct on (one.kind) one.kind, one.version, one.roles, one.organisations
    from parley.agreement one order by one.kind, one.version desc) a
  where (a.roles = '{}' or as_role = any (a.roles))
    and (a.organisations = '{}' or at_organisation = any (a.organisations))
    and not exists (select 1 from parley.agreement_acceptance c
      where c.person_id = who and c.organisation_id = at_organisation
        and c.kind = a.kind and c.version = a.version)
$$;

/**
 * Whether a person accepted, for an organisation, of each of these kinds the version that counts at
 * a moment. A kind of which nothing is published was accepted by nobody. Nobody learns it of others
 * but readers and auditors.
 */
create function parley.has_accepted(who text, at_organisation text, kinds text[],
    moment timestamptz default now())
  returns boolean language sql stable security definer set search_path = parley, pg_temp as $$
  select coalesce((who = parley.actor_person() or parley.actor_may('read')
      or parley.actor_may('audit'))
    and not exists (select 1 from unnest(kinds) as asked (kind) where not exists (
      select 1 from parley.agreement_acceptance c
      where c.person_id = who and c.organisation_id = at_organisation and c.kind = asked.kind
        and c.accepted_at <= moment and c.version = (select max(a.version) from parley.agreement a
          where a.kind = asked.kind and a.published_at <= moment))), false)
$$;

/** What an organisation is; it may be several of these, or none that is known. */
alter table parley.organisation add column kinds text[] not null default '{}'
  constraint organisation_kinds_are_known check (kinds <@ array['lab', 'vendor', 'operator',
    'provider', 'agency', 'coordinator', 'evaluator', 'partner', 'auditor']);

/** Permissions of the role that are left to the token; null is all of them. */
alter table parley.api_token add column scopes text[]
  constraint token_scopes_are_of_the_role
    check (scopes is null or (scopes <> '{}' and scopes <@ parley.permissions_of(role)));
/** The agent or scanner that uses it, for which its owner answers; null is the owner themselves. */
alter table parley.api_token add column workload text
  constraint token_workload_has_a_name check (workload <> '');
alter table parley.api_token add column workload_version text
  constraint token_version_is_of_a_workload
    check (workload_version is null or (workload_version <> '' and workload is not null));

-- What one may is what the role may, or less: a token's scopes, or nothing at all while something
-- has to be accepted. The setting dies with the transaction; where it is empty the role decides.

create or replace function parley.actor_may(permission text) returns boolean
  language sql stable parallel safe as $$ select coalesce(
    permission = any (parley.permissions_of(current_setting('parley.role', true)))
    and (coalesce(current_setting('parley.scopes', true), '') = ''
      or permission = any (string_to_array(current_setting('parley.scopes', true), ','))), false) $$;
create or replace function parley.actor_follows() returns text language sql stable parallel safe
  as $$ select case when current_setting('parley.role', true) = 'finder'
      and parley.actor_may('hand-in')
    then nullif(current_setting('parley.organisation', true), '') end $$;

/**
 * Whether the owner of a token has to accept something first: as a member of the token's
 * organisation, or, of no member of it, in any organisation of theirs.
 */
create function parley.token_is_held(owner text, at_organisation text, moment timestamptz)
  returns boolean language sql stable set search_path = parley, pg_temp as $$
  select exists (
    select 1 from parley.membership m
    cross join lateral parley.agreements_needed(m.person_id, m.organisation_id, m.role) n
    join parley.agreement a on a.kind = n.kind and a.version = n.version
    where m.person_id = owner
      and (m.organisation_id = at_organisation or not exists (select 1 from parley.membership own
        where own.person_id = owner and own.organisation_id = at_organisation))
      and not (a.published_at + make_interval(days => a.token_days) > moment
        and (a.version = 1 or exists (select 1 from parley.agreement_acceptance c
          where c.person_id = owner and c.organisation_id = m.organisation_id
            and c.kind = a.kind and c.version < a.version))))
$$;

-- How somebody showed who they are, and when they last did.

/** When a passkey, or as good a factor at a provider, was last shown in this session. */
alter table parley.session add column proven_at timestamptz;
alter table parley.passkey_challenge drop constraint challenge_purpose_is_known,
  drop constraint challenge_of_a_person,
  add constraint challenge_purpose_is_known check (purpose in ('register', 'sign-in', 'prove')),
  add constraint challenge_of_a_person check ((purpose = 'sign-in') = (person_id is null));

/** The values of `acr` and `amr` are those of OpenID Connect EAP ACR Values 1.0 and RFC 8176. */
create function parley.cannot_be_phished(factor text, acr text, amr text[]) returns boolean
  language sql immutable parallel safe as $$ select factor = 'passkey' or (factor = 'provider'
    and (coalesce(acr in ('phr', 'phrh'), false) or amr && array['phr', 'phrh', 'hwk'])) $$;
/** Whether those of a role have to have shown such a factor. */
create function parley.factor_is_asked(as_role text) returns boolean language sql stable
  set search_path = parley, pg_temp as $$ select exists (select 1 from parley.setting s
    where s.name = 'factor.' || as_role and s.value = '"phishing-resistant"') $$;
create trigger factor_change_is_told after insert or update on parley.setting
  for each row when (new.name like 'factor.%') execute function parley.tell_access_ended();

/** Remembers that a passkey was shown in a session; the product itself checked that it was. */
create function parley.prove_session(id_of_session text, moment timestamptz) returns boolean
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.session set proven_at = moment
    where id = id_of_session and ended_at is null and parley.actor_is_system();
  return found;
end $$;

drop function parley.actor_of_session(bytea, timestamptz);
create function parley.actor_of_session(session_hash bytea, moment timestamptz)
  returns table (session_id text, person_id text, person_name text, organisation_id text,
    role text, expires_at timestamptz, last_used_at timestamptz, held text, must_prove boolean)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select s.id, s.person_id, p.name, s.organisation_id, s.role, s.expires_at, s.last_used_at,
    case when asked.is and not parley.cannot_be_phished(s.factor, s.provider_acr, s.provider_amr)
        then 'factor-needed'
      when exists (select 1 from parley.agreements_needed(s.person_id, s.organisation_id, s.role))
        then 'agreement-needed' end,
    coalesce(s.proven_at <= moment - interval '5 minutes', true)
      and (asked.is or exists (select 1 from parley.passkey k
        where k.person_id = s.person_id and k.copied_at is null))
  from parley.session s
  join parley.person p on p.id = s.person_id and p.disabled_at is null
  join parley.organisation o on o.id = s.organisation_id and o.disabled_at is null
  cross join lateral (select parley.factor_is_asked(s.role) as is) asked
  where s.hash = session_hash and s.ended_at is null and s.expires_at > moment
$$;

drop function parley.actor_of_token(bytea, timestamptz);
create function parley.actor_of_token(token_hash bytea, moment timestamptz)
  returns table (token_id text, organisation_id text, person_id text, role text, held text,
    scopes text[])
  language sql stable security definer set search_path = parley, pg_temp as $$
  select t.id, t.organisation_id, t.owner_id, t.role,
    case when parley.token_is_held(t.owner_id, t.organisation_id, moment)
      then 'agreement-needed' end,
    t.scopes
  from parley.api_token t
  join parley.organisation o on o.id = t.organisation_id and o.disabled_at is null
  join parley.person p on p.id = t.owner_id and p.disabled_at is null
  where t.hash = token_hash and t.revoked_at is null and t.expires_at > moment
$$;

do $$
declare
  one text;
begin
  foreach one in array array['has_accepted', 'actor_of_session', 'actor_of_token',
    'prove_session'] loop
    execute format('alter function parley.%I owner to parley_keeper', one);
    execute format('revoke all on function parley.%I from public', one);
    execute format('grant execute on function parley.%I to parley_app', one);
  end loop;
end $$;
