-- lock: brief (names of columns of the gateway's tables, their references and policies)
-- breaking: gateways of the version before
-- why: trusted partners reach a model as evaluators do, each through a gate of its own: with its own
-- endpoint and credential, tokens, budget, access log and proof of closing, so that the end of one
-- destroys nothing of another. The books of gateways are therefore kept by gate. The gate of an
-- engagement's evaluators has the id of the engagement, that of a partner the id of the partner.

/** A way to a developer's model: of the evaluators of an engagement, or of one trusted partner. */
create table parley.gateway_gate (
  id text primary key,
  engagement_id text not null references parley.engagement (id),
  /** Null where it is the gate of the evaluators. */
  partner_no bigint unique references parley.partner,
  constraint gate_of_evaluators_is_named_as_they_are check (partner_no is not null
    or id = engagement_id)
);
create index gateway_gate_of on parley.gateway_gate (engagement_id);
alter table parley.gateway_gate enable row level security;
alter table parley.gateway_gate force row level security;
create policy keeper on parley.gateway_gate for all to parley_keeper using (true) with check (true);
grant select, insert, update, delete on parley.gateway_gate to parley_keeper;
grant select on parley.gateway_gate to parley_app;
create policy system_sees on parley.gateway_gate for select to parley_app
  using ((select parley.actor_is_system()));

set local role parley_keeper;
insert into parley.gateway_gate (id, engagement_id) select id, id from parley.engagement;
insert into parley.gateway_gate (id, engagement_id, partner_no)
  select id, engagement_id, no from parley.partner;
reset role;

/** There is a gate to each engagement and each partner, from its first moment on. */
create function parley.gate_of_engagement() returns trigger
  language plpgsql security definer set search_path = parley, pg_temp as $$
begin
  insert into gateway_gate (id, engagement_id) values (new.id, new.id);
  return null;
end $$;
create trigger has_a_gate after insert on parley.engagement
  for each row execute function parley.gate_of_engagement();
create function parley.gate_of_partner() returns trigger
  language plpgsql security definer set search_path = parley, pg_temp as $$
begin
  insert into gateway_gate (id, engagement_id, partner_no)
    values (new.id, new.engagement_id, new.no);
  return null;
end $$;
create trigger has_a_gate after insert on parley.partner
  for each row execute function parley.gate_of_partner();

do $$
declare
  one text;
begin
  foreach one in array array['gateway_endpoint', 'gateway_credential', 'gateway_grant',
    'gateway_account', 'gateway_reservation', 'gateway_request', 'gateway_access',
    'gateway_closing'] loop
    execute format('alter table parley.%I rename column engagement_id to gate_id', one);
    execute format('alter table parley.%I drop constraint %I', one, one || '_engagement_id_fkey');
    execute format('alter table parley.%I add constraint %I foreign key (gate_id) references parley.gateway_gate', one, one || '_gate_id_fkey');
  end loop;
end $$;

/** Gates to what the actor's organisation offers, its partners' included. */
create function parley.gates_offered() returns setof text
  language sql stable security definer rows 100 set search_path = parley, pg_temp as $$
  select w.id from parley.gateway_gate w
  where w.engagement_id in (select parley.engagements_offered())
$$;

/** Gates by which the actor evaluates; those of partners are none of them. */
create function parley.gates_evaluated() returns setof text
  language sql stable security definer rows 100 set search_path = parley, pg_temp as $$
  select w.id from parley.gateway_gate w
  where w.partner_no is null and w.engagement_id in (select parley.engagements_evaluated())
$$;

/** Gates of partners that name the actor. */
create function parley.gates_partaken() returns setof text
  language sql stable security definer rows 10 set search_path = parley, pg_temp as $$
  select w.id from parley.gateway_gate w
  where w.partner_no in (select parley.partners_named())
$$;

/** All of these, and for the product itself every one. */
create function parley.gates_seen() returns setof text
  language sql stable security definer rows 100 set search_path = parley, pg_temp as $$
  select w.id from parley.gateway_gate w where parley.actor_is_system()
  union select parley.gates_offered()
  union select parley.gates_evaluated()
  union select parley.gates_partaken()
$$;

/** Gates of partners that name the actor and have started, and until when a token may live. */
create function parley.gates_started() returns table (id text, ends_at timestamptz)
  language sql stable security definer rows 10 set search_path = parley, pg_temp as $$
  select p.id, p.ends_at from parley.partner p
  where p.no in (select parley.partners_named()) and p.started_at is not null
    and p.ended_at is null
$$;

/** Engagements of which the actor sees a partner alone. */
create function parley.engagements_partaken() returns setof text
  language sql stable security definer rows 10 set search_path = parley, pg_temp as $$
  select p.engagement_id from parley.partner p where p.no in (select parley.partners_named())
$$;

do $$
declare
  one text;
begin
  foreach one in array array['gates_offered()', 'gates_evaluated()', 'gates_partaken()',
    'gates_seen()', 'gates_started()', 'engagements_partaken()'] loop
    execute format('alter function parley.%s owner to parley_keeper', one);
    execute format('revoke all on function parley.%s from public', one);
    execute format('grant execute on function parley.%s to parley_app', one);
  end loop;
  foreach one in array array['gate_of_engagement()', 'gate_of_partner()'] loop
    execute format('alter function parley.%s owner to parley_keeper', one);
    execute format('revoke all on function parley.%s from public', one);
  end loop;
  foreach one in array array['gateway_account', 'gateway_access', 'gateway_closing',
    'gateway_grant'] loop
    execute format('drop policy both_sides_see on parley.%I', one);
    execute format('create policy who_has_the_gate_sees on parley.%I for select to parley_app using ((select parley.actor_is_system()) or gate_id in (select parley.gates_seen()))', one);
  end loop;
end $$;

alter policy developers_see on parley.gateway_endpoint
  using ((select parley.actor_is_system()) or gate_id in (select parley.gates_offered()));
alter policy developers_put on parley.gateway_endpoint
  with check (gate_id in (select parley.gates_offered()));
alter policy developers_change on parley.gateway_endpoint
  using (gate_id in (select parley.gates_offered()));

-- Partners' people ask for themselves too: once it has started, and never past its end.
drop policy evaluators_ask_for_themselves on parley.gateway_grant;
create policy each_asks_for_themselves on parley.gateway_grant for insert to parley_app
  with check ((gate_id in (select parley.gates_evaluated())
      or exists (select 1 from parley.gates_started() s
        where s.id = gate_id and expires_at <= s.ends_at))
    and person_id = (select parley.actor_person())
    and organisation_id = (select parley.actor_organisation()));
drop policy both_sides_take_back on parley.gateway_grant;
create policy who_has_the_gate_takes_back on parley.gateway_grant for update to parley_app
  using (gate_id in (select parley.gates_seen()));

-- What is done at the gate of a partner is its developer's to read, and not the evaluators'.
alter table parley.engagement_event add column is_developers boolean not null default false;
alter policy both_sides_see on parley.engagement_event
  using (engagement_id in (select parley.engagements_seen())
    and (not is_developers or (select parley.actor_is_system())
      or engagement_id in (select parley.engagements_offered())));
alter policy each_records_its_own on parley.engagement_event
  with check ((select parley.actor_is_system()) or (
    (engagement_id in (select parley.engagements_seen())
      or (is_developers and engagement_id in (select parley.engagements_partaken())))
    and organisation_id = (select parley.actor_organisation())
    and person_id is not distinct from (select parley.actor_person())));

create policy partners_are_told on parley.live_event for select to parley_app
  using (topic = 'partner' and ref in (select parley.gates_seen()));
create policy partners_are_told_to_nobody_else on parley.live_event as restrictive for select
  to parley_app using (topic <> 'partner' or ref in (select parley.gates_seen()));
create policy what_was_done_at_a_partner_is_told on parley.live_event for insert to parley_app
  with check (topic = 'partner' and ref in (select parley.gates_seen()));

/** Gateways hear of it at once, whichever process did it. */
create or replace function parley.gateway_changed() returns trigger
  language plpgsql set search_path = parley, pg_temp as $$
begin
  perform pg_notify('parley_engagement', new.gate_id);
  return null;
end $$;
create trigger is_told after insert or update on parley.partner
  for each row execute function parley.engagement_changed();

/** Takes off those at once whose lease has ended: what they reserved stays used. */
create or replace function parley.gateway_lapse(asked text, at timestamptz) returns void
  language sql volatile set search_path = parley, pg_temp as $$
  with lapsed as (
    update parley.gateway_reservation set is_held = false
    where gate_id = asked and is_held and lease_until <= at returning accounts
  ), counts as (
    select unnest(accounts) as name, count(*) as lapses from lapsed group by 1
  )
  update parley.gateway_account a set at_once = a.at_once - c.lapses
  from counts c where a.gate_id = asked and a.name = c.name
$$;

/**
 * Reserves for one request of all its accounts, or of none. For the product itself, which holds the
 * books of the gate. Times are those of the database, so that no gateway's clock matters.
 */
create or replace function parley.gateway_draw(asked jsonb, at timestamptz) returns jsonb
  language plpgsql volatile set search_path = parley, pg_temp as $$
declare
  whose text := asked ->> 'gate';
  asks_tokens bigint := (asked ->> 'tokens')::bigint;
  asks_micro_usd bigint := (asked ->> 'microUsd')::bigint;
  known record;
  counts integer := 1;
  lacks record;
  reserved bigint;
begin
  select q.digest, q.is_answered, exists (select 1 from gateway_reservation r
      where r.no = q.reservation_no and r.is_held) as is_on_its_way into known
    from gateway_request q where q.gate_id = whose
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
    left join gateway_account a on a.gate_id = whose and a.name = d.name) l
  where l.what is not null order by l.place limit 1;
  if found then
    return jsonb_build_object('is', 'exhausted', 'account', lacks.name, 'what', lacks.what);
  end if;
  insert into gateway_account as a (gate_id, name, requests, tokens, micro_usd, at_once)
    select whose, value ->> 'name', counts, asks_tokens, asks_micro_usd, 1
    from jsonb_array_elements(asked -> 'accounts')
    on conflict (gate_id, name) do update set requests = a.requests + excluded.requests,
      tokens = a.tokens + excluded.tokens, micro_usd = a.micro_usd + excluded.micro_usd,
      at_once = a.at_once + 1;
  insert into gateway_reservation (gate_id, run, request, accounts, tokens, micro_usd,
      lease_until)
    values (whose, asked ->> 'run', asked ->> 'request',
      array(select value ->> 'name' from jsonb_array_elements(asked -> 'accounts')),
      asks_tokens, asks_micro_usd,
      at + make_interval(secs => (asked ->> 'leaseMs')::double precision / 1000))
    returning no into reserved;
  insert into gateway_request (gate_id, run, name, digest, reservation_no)
    values (whose, asked ->> 'run', asked ->> 'request', asked ->> 'digest', reserved)
    on conflict (gate_id, run, name) do update
      set reservation_no = excluded.reservation_no, is_answered = false;
  return jsonb_build_object('is', 'reserved', 'reservation', reserved::text);
end $$;

/** Charges what a request has used in the place of what was reserved, once. */
create or replace function parley.gateway_settle(asked jsonb) returns void
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
    where a.gate_id = found_one.gate_id and a.name = any (found_one.accounts);
  update gateway_request q
    set reservation_no = null, is_answered = (asked ->> 'isAnswered')::boolean
    where q.gate_id = found_one.gate_id and q.run = found_one.run
      and q.name = found_one.request and q.reservation_no = found_one.no;
end $$;

/**
 * All that one gateway has to have written down at a moment, in one transaction: what it reserves,
 * what it settles, and what passed. Answers each reservation in its order. The books of each
 * gate are held meanwhile, in one order, so that two gateways never wait for each other.
 */
create or replace function parley.gateway_write(draws jsonb, settled jsonb, entries jsonb) returns jsonb
  language plpgsql volatile set search_path = parley, pg_temp as $$
declare
  one record;
  at timestamptz;
  told jsonb := '[]';
begin
  for one in
    select distinct hashtext(e.id) as key from (
      select value ->> 'gate' as id from jsonb_array_elements(draws)
      union all select value ->> 'gate' from jsonb_array_elements(settled)) e
    order by 1
  loop
    perform pg_advisory_xact_lock(72896, one.key);
  end loop;
  at := clock_timestamp();
  for one in select value from jsonb_array_elements(settled) loop
    perform parley.gateway_settle(one.value);
  end loop;
  for one in select distinct value ->> 'gate' as id from jsonb_array_elements(draws) loop
    perform parley.gateway_lapse(one.id, at);
  end loop;
  for one in select value from jsonb_array_elements(draws) with ordinality order by ordinality loop
    told := told || jsonb_build_array(parley.gateway_draw(one.value, at));
  end loop;
  insert into gateway_access (gate_id, node, sequence, digest, organisation_id, person_id,
      received_at, entry)
    select coalesce(e ->> 'partner', e ->> 'engagement'), e ->> 'node',
      (e ->> 'sequence')::bigint, value ->> 'digest', e ->> 'organisation', e ->> 'person', (e ->> 'receivedAt')::timestamptz, e
    from jsonb_array_elements(entries) with ordinality, lateral (select value -> 'entry' as e) x
    order by ordinality
    on conflict (gate_id, node, sequence) do nothing;
  return told;
end $$;
