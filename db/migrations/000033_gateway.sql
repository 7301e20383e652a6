-- lock: none but of new tables   breaking: no
-- why: evaluators reach a developer's model through gateways, several at a time and restarted at any
-- moment. What they share is here: whose tokens are good, what is used of each budget, the endpoint
-- with its credential, what passed, and the proof that access ended.
--
-- What passes is not here, and no token is: its SHA-256 stands for it.

/** Where the model answers, as its developer says; every change is another version. */
create table parley.gateway_endpoint (
  engagement_id text primary key references parley.engagement (id),
  version integer not null,
  /** All of it but the credential, sealed. */
  value bytea not null,
  put_at timestamptz not null,
  put_by text references parley.person,
  /** Taken back by its developer: nothing more is asked there. */
  withdrawn_at timestamptz
);

/** The developer's credential, sealed. Nobody reads it but the product itself. */
create table parley.gateway_credential (
  engagement_id text primary key references parley.engagement (id),
  /** Of the endpoint that it is for. */
  version integer not null,
  sealed bytea,
  destroyed_at timestamptz,
  constraint credential_is_there_or_destroyed check ((sealed is null) = (destroyed_at is not null))
);

/** A token: one person, one run. Never the token itself. */
create table parley.gateway_grant (
  no bigint generated always as identity primary key,
  id text not null unique,
  /** SHA-256, hexadecimal. */
  digest text not null unique constraint grant_keeps_a_digest check (digest ~ '^[0-9a-f]{64}$'),
  engagement_id text not null references parley.engagement (id),
  organisation_id text not null references parley.organisation,
  person_id text not null references parley.person,
  run text not null constraint grant_is_for_a_run check (run ~ '^[!-~]{1,100}$'),
  /** Of what requests carry that say nothing of a label. */
  label_id integer not null references parley.label,
  requests bigint not null,
  tokens bigint not null,
  micro_usd bigint not null,
  at_once integer not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text references parley.person,
  constraint grant_is_short_lived check (expires_at > made_at
    and expires_at <= made_at + interval '12 hours')
);
create index gateway_grant_of on parley.gateway_grant (engagement_id, no);

/** What is used of a budget: of the whole engagement, or of one run of it. */
create table parley.gateway_account (
  engagement_id text not null references parley.engagement (id),
  name text not null,
  requests bigint not null default 0,
  tokens bigint not null default 0,
  micro_usd bigint not null default 0,
  at_once integer not null default 0 constraint account_has_no_fewer_than_none check (at_once >= 0),
  primary key (engagement_id, name)
);

/** What is on its way, or was when its gateway was killed: that stays used. */
create table parley.gateway_reservation (
  no bigint generated always as identity primary key,
  engagement_id text not null references parley.engagement (id),
  run text not null,
  request text not null,
  accounts text[] not null,
  tokens bigint not null,
  micro_usd bigint not null,
  lease_until timestamptz not null,
  /** Whether it counts among those at once. */
  is_held boolean not null default true
);
create index gateway_reservation_held on parley.gateway_reservation (engagement_id, lease_until)
  where is_held;

/** A request by its name: however often it is asked, it is one until it was answered. */
create table parley.gateway_request (
  engagement_id text not null references parley.engagement (id),
  run text not null,
  name text not null,
  digest text not null,
  /** On its way under this reservation; null where it is not. */
  reservation_no bigint,
  is_answered boolean not null default false,
  primary key (engagement_id, run, name)
);

/** The access log: one entry a request, each naming the one before it of its gateway. */
create table parley.gateway_access (
  no bigint generated always as identity unique,
  engagement_id text not null references parley.engagement (id),
  node text not null,
  sequence bigint not null,
  digest text not null,
  organisation_id text not null references parley.organisation,
  person_id text not null references parley.person,
  received_at timestamptz not null,
  /** Sizes, times, outcome, usage and cost; no content. */
  entry jsonb not null,
  primary key (engagement_id, node, sequence)
);
create index gateway_access_by on parley.gateway_access (engagement_id, no);

/** What a gateway proves of an end: from then on nothing passed there. */
create table parley.gateway_closing (
  engagement_id text not null references parley.engagement (id),
  node text not null,
  at timestamptz not null,
  proof jsonb not null,
  primary key (engagement_id, node)
);

do $$
declare
  one text;
begin
  foreach one in array array['gateway_endpoint', 'gateway_credential', 'gateway_grant',
    'gateway_account', 'gateway_reservation', 'gateway_request', 'gateway_access',
    'gateway_closing'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('grant select, insert on parley.%I to parley_app', one);
  end loop;
  -- What only gateways keep.
  foreach one in array array['gateway_credential', 'gateway_account', 'gateway_reservation',
    'gateway_request'] loop
    execute format('grant update on parley.%I to parley_app', one);
    execute format('create policy system_adds on parley.%I for insert to parley_app with check ((select parley.actor_is_system()))', one);
    execute format('create policy system_changes on parley.%I for update to parley_app using ((select parley.actor_is_system()))', one);
  end loop;
  foreach one in array array['gateway_credential', 'gateway_reservation', 'gateway_request'] loop
    execute format('create policy system_sees on parley.%I for select to parley_app using ((select parley.actor_is_system()))', one);
  end loop;
  foreach one in array array['gateway_account', 'gateway_access', 'gateway_closing',
    'gateway_grant'] loop
    execute format('create policy both_sides_see on parley.%I for select to parley_app using ((select parley.actor_is_system()) or engagement_id in (select parley.engagements_seen()))', one);
  end loop;
  foreach one in array array['gateway_access', 'gateway_closing'] loop
    execute format('create policy system_adds on parley.%I for insert to parley_app with check ((select parley.actor_is_system()))', one);
  end loop;
end $$;
grant update on parley.gateway_endpoint to parley_app;
grant update (revoked_at, revoked_by) on parley.gateway_grant to parley_app;
grant delete on parley.gateway_reservation to parley_app;
create policy system_settles on parley.gateway_reservation for delete to parley_app
  using ((select parley.actor_is_system()));

-- Where a developer's model answers is nobody's to know but its own.
create policy developers_see on parley.gateway_endpoint for select to parley_app
  using ((select parley.actor_is_system())
    or engagement_id in (select parley.engagements_offered()));
create policy developers_put on parley.gateway_endpoint for insert to parley_app
  with check (engagement_id in (select parley.engagements_offered()));
create policy developers_change on parley.gateway_endpoint for update to parley_app
  using (engagement_id in (select parley.engagements_offered()));

-- Nobody asks for a token in another's name, or either side could be made to look as if it asked.
create policy evaluators_ask_for_themselves on parley.gateway_grant for insert to parley_app
  with check (engagement_id in (select parley.engagements_evaluated())
    and person_id = (select parley.actor_person())
    and organisation_id = (select parley.actor_organisation()));
create policy both_sides_take_back on parley.gateway_grant for update to parley_app
  using (engagement_id in (select parley.engagements_seen()));

/** Gateways hear of it at once, whichever process did it. */
create function parley.gateway_changed() returns trigger
  language plpgsql set search_path = parley, pg_temp as $$
begin
  perform pg_notify('parley_engagement', new.engagement_id);
  return null;
end $$;
create trigger is_told after insert or update on parley.gateway_endpoint
  for each row execute function parley.gateway_changed();
create trigger is_told after update on parley.gateway_credential
  for each row execute function parley.gateway_changed();
create trigger is_told after update on parley.gateway_grant
  for each row execute function parley.gateway_changed();

/** A token is taken back once, for good, and by whoever does it. */
create function parley.grant_stays_revoked() returns trigger
  language plpgsql set search_path = parley, pg_temp as $$
begin
  if old.revoked_at is not null or new.revoked_at is null
    or new.revoked_by is distinct from parley.actor_person()
  then
    raise exception 'a token that was taken back stays so' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger stays_revoked before update on parley.gateway_grant
  for each row execute function parley.grant_stays_revoked();

/** What was destroyed stays so, until its developer gives another. */
create function parley.credential_stays_destroyed() returns trigger
  language plpgsql set search_path = parley, pg_temp as $$
begin
  if old.sealed is null and new.sealed is not null and new.version <= old.version then
    raise exception 'a credential that was destroyed is never put back'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger stays_destroyed before update on parley.gateway_credential
  for each row execute function parley.credential_stays_destroyed();

/** Takes off those at once whose lease has ended: what they reserved stays used. */
create function parley.gateway_lapse(asked text, at timestamptz) returns void
  language sql volatile set search_path = parley, pg_temp as $$
  with lapsed as (
    update parley.gateway_reservation set is_held = false
    where engagement_id = asked and is_held and lease_until <= at returning accounts
  ), counts as (
    select unnest(accounts) as name, count(*) as lapses from lapsed group by 1
  )
  update parley.gateway_account a set at_once = a.at_once - c.lapses
  from counts c where a.engagement_id = asked and a.name = c.name
$$;

/**
 * Reserves for one request of all its accounts, or of none. For the product itself, which holds the
 * books of the engagement. Times are those of the database, so that no gateway's clock matters.
 */
create function parley.gateway_draw(asked jsonb, at timestamptz) returns jsonb
  language plpgsql volatile set search_path = parley, pg_temp as $$
declare
  whose text := asked ->> 'engagement';
  asks_tokens bigint := (asked ->> 'tokens')::bigint;
  asks_micro_usd bigint := (asked ->> 'microUsd')::bigint;
  known record;
  counts integer := 1;
  lacks record;
  reserved bigint;
begin
  select q.digest, q.is_answered, exists (select 1 from gateway_reservation r
      where r.no = q.reservation_no and r.is_held) as is_on_its_way into known
    from gateway_request q where q.engagement_id = whose
      and q.run = asked ->> 'run' and q.name = asked ->> 'request';
  if found then
    if known.digest <> asked ->> 'digest' then return '{"is": "another-request"}'; end if;
    if known.is_on_its_way then return '{"is": "in-flight"}'; end if;
    -- What was asked before and not answered is the same request still.
    if not known.is_answered then counts := 0; end if;
  end if;
  select l.name, l.what into lacks from (
    select d.place, d.name, case
        when coalesce(a.at_once, 0) + 1 > (d.limits ->> 'atOnce')::bigint then 'atOnce'
        when counts = 1 and coalesce(a.requests, 0) + 1 > (d.limits ->> 'requests')::bigint
          then 'requests'
        when coalesce(a.tokens, 0) + asks_tokens > (d.limits ->> 'tokens')::bigint then 'tokens'
        when coalesce(a.micro_usd, 0) + asks_micro_usd > (d.limits ->> 'microUsd')::bigint
          then 'microUsd'
      end as what
    from (select ordinality as place, value ->> 'name' as name, value -> 'limits' as limits
      from jsonb_array_elements(asked -> 'accounts') with ordinality) d
    left join gateway_account a on a.engagement_id = whose and a.name = d.name) l
  where l.what is not null order by l.place limit 1;
  if found then
    return jsonb_build_object('is', 'exhausted', 'account', lacks.name, 'what', lacks.what);
  end if;
  insert into gateway_account as a (engagement_id, name, requests, tokens, micro_usd, at_once)
    select whose, value ->> 'name', counts, asks_tokens, asks_micro_usd, 1
    from jsonb_array_elements(asked -> 'accounts')
    on conflict (engagement_id, name) do update set requests = a.requests + excluded.requests,
      tokens = a.tokens + excluded.tokens, micro_usd = a.micro_usd + excluded.micro_usd,
      at_once = a.at_once + 1;
  insert into gateway_reservation (engagement_id, run, request, accounts, tokens, micro_usd,
      lease_until)
    values (whose, asked ->> 'run', asked ->> 'request',
      array(select value ->> 'name' from jsonb_array_elements(asked -> 'accounts')),
      asks_tokens, asks_micro_usd,
      at + make_interval(secs => (asked ->> 'leaseMs')::double precision / 1000))
    returning no into reserved;
  insert into gateway_request (engagement_id, run, name, digest, reservation_no)
    values (whose, asked ->> 'run', asked ->> 'request', asked ->> 'digest', reserved)
    on conflict (engagement_id, run, name) do update
      set reservation_no = excluded.reservation_no, is_answered = false;
  return jsonb_build_object('is', 'reserved', 'reservation', reserved::text);
end $$;

/** Charges what a request has used in the place of what was reserved, once. */
create function parley.gateway_settle(asked jsonb) returns void
  language plpgsql volatile set search_path = parley, pg_temp as $$
declare
  found_one parley.gateway_reservation;
begin
  delete from gateway_reservation r where r.no = (asked ->> 'reservation')::bigint
    returning * into found_one;
  if not found then return; end if;
  update gateway_account a set
      tokens = a.tokens - found_one.tokens + (asked ->> 'tokens')::bigint,
      micro_usd = a.micro_usd - found_one.micro_usd + (asked ->> 'microUsd')::bigint,
      at_once = a.at_once - (case when found_one.is_held then 1 else 0 end)
    where a.engagement_id = found_one.engagement_id and a.name = any (found_one.accounts);
  update gateway_request q
    set reservation_no = null, is_answered = (asked ->> 'isAnswered')::boolean
    where q.engagement_id = found_one.engagement_id and q.run = found_one.run
      and q.name = found_one.request and q.reservation_no = found_one.no;
end $$;

/**
 * All that one gateway has to have written down at a moment, in one transaction: what it reserves,
 * what it settles, and what passed. Answers each reservation in its order. The books of each
 * engagement are held meanwhile, in one order, so that two gateways never wait for each other.
 */
create function parley.gateway_write(draws jsonb, settled jsonb, entries jsonb) returns jsonb
  language plpgsql volatile set search_path = parley, pg_temp as $$
declare
  one record;
  at timestamptz;
  told jsonb := '[]';
begin
  for one in
    select distinct hashtext(e.id) as key from (
      select value ->> 'engagement' as id from jsonb_array_elements(draws)
      union all select value ->> 'engagement' from jsonb_array_elements(settled)) e
    order by 1
  loop
    perform pg_advisory_xact_lock(72896, one.key);
  end loop;
  at := clock_timestamp();
  for one in select value from jsonb_array_elements(settled) loop
    perform parley.gateway_settle(one.value);
  end loop;
  for one in select distinct value ->> 'engagement' as id from jsonb_array_elements(draws) loop
    perform parley.gateway_lapse(one.id, at);
  end loop;
  for one in select value from jsonb_array_elements(draws) with ordinality order by ordinality loop
    told := told || jsonb_build_array(parley.gateway_draw(one.value, at));
  end loop;
  insert into gateway_access (engagement_id, node, sequence, digest, organisation_id, person_id,
      received_at, entry)
    select e ->> 'engagement', e ->> 'node', (e ->> 'sequence')::bigint, value ->> 'digest',
      e ->> 'organisation', e ->> 'person', (e ->> 'receivedAt')::timestamptz, e
    from jsonb_array_elements(entries) with ordinality, lateral (select value -> 'entry' as e) x
    order by ordinality
    on conflict (engagement_id, node, sequence) do nothing;
  return told;
end $$;
