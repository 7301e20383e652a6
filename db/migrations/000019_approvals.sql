-- lock: none (new objects; a trigger each on the tables of people and memberships)   breaking: no
-- why: what one person alone must not do is asked for by one and granted by another human. The
-- database itself refuses that somebody grants what they, or another account of theirs, asked for.

/** Accounts of one human, as administrators said: every pair of them, the smaller id first. */
create table parley.same_human (
  person_id text not null references parley.person,
  other_id text not null references parley.person,
  said_by text,
  said_at timestamptz not null,
  primary key (person_id, other_id),
  constraint pairs_have_an_order check (person_id < other_id)
);
create index same_human_by_other on parley.same_human (other_id);

/** Who had a hand in whose account: made it, gave it its role, or drew a link that signs it in. */
create table parley.account_hand (
  id text primary key default 'hand_' || replace(gen_random_uuid()::text, '-', ''),
  account_id text not null references parley.person,
  by_id text not null references parley.person,
  did text not null constraint hand_is_known check (did in ('made', 'role', 'link')),
  at timestamptz not null
);
create index account_hand_by_account on parley.account_hand (account_id, at);

/** Who asked for what, why, and what became of it. */
create table parley.approval (
  id text primary key,
  kind text not null,
  /** What it is about, such as the id of a record. */
  subject text not null,
  /** The request as canonical JSON. */
  request text not null,
  /** What will happen, as sentences, as whoever asked was told. */
  says text[] not null,
  /** SHA-256, hexadecimal, of what was asked and of what was said to happen. */
  digest text not null constraint digest_is_sha256 check (digest ~ '^[0-9a-f]{64}$'),
  reason text not null constraint approval_has_a_reason check (btrim(reason) <> ''),
  /** Who asks, and for which organisation. */
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  /** Which permission whoever decides needs. */
  decided_with text not null,
  mode text not null
    constraint approval_mode_is_known check (mode in ('two-persons', 'two-organisations')),
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'requested' constraint approval_state_is_known check (state in
    ('requested', 'granted', 'refused', 'withdrawn', 'expired', 'done', 'failed')),
  /** Who granted or refused, and for whom; null where nobody did. */
  decided_by text references parley.person,
  decided_for text references parley.organisation,
  decided_at timestamptz,
  /** In the words of who decided; why it failed, where it did. */
  decided_why text,
  failed_why text,
  constraint approval_lives_for_a_time
    check (expires_at between requested_at + interval '1 hour' and requested_at + interval '14 days'),
  constraint approval_is_decided_by_somebody
    check ((state in ('granted', 'refused', 'done', 'failed'))
      = (decided_by is not null and decided_for is not null)),
  constraint approval_has_its_moment check ((state = 'requested') = (decided_at is null))
);
create index approval_open on parley.approval (expires_at) where state = 'requested';
create index approval_by_time on parley.approval (requested_at desc);

/** How approvals are given here: one row, or none where nobody decided anything about it yet. */
create table parley.approval_policy (
  id text primary key constraint approval_policy_is_one check (id = 'policy'),
  mode text not null
    constraint policy_mode_is_known check (mode in ('two-persons', 'two-organisations')),
  expiry_hours integer not null constraint policy_expiry_is_bounded
    check (expiry_hours between 1 and 336),
  /** So many cases a person takes out in a day by themselves. */
  export_max integer not null constraint policy_export_is_bounded
    check (export_max between 1 and 100000),
  changed_at timestamptz not null
);

/** Why an instance answers nothing yet; none where it answers. */
create table parley.hold (
  id text primary key constraint hold_is_of_a_restore check (id = 'restore'),
  held_at timestamptz not null,
  /** When the backup was taken that it was restored from. */
  backup_taken_at timestamptz not null,
  opened_at timestamptz
);

/** Which cases a person took out, for as long as they count. */
create table parley.case_taken (
  id text primary key default 'taken_' || replace(gen_random_uuid()::text, '-', ''),
  person_id text not null references parley.person,
  case_id text not null,
  at timestamptz not null
);
create index case_taken_by_person on parley.case_taken (person_id, at);

/** What a granted request lets its person fetch, once. */
create table parley.export_grant (
  approval_id text primary key references parley.approval,
  person_id text not null references parley.person,
  until timestamptz not null,
  used_at timestamptz
);

/** A person's own account and all that are said to be of the same human. */
create function parley.accounts_of_human(person text) returns setof text
  language sql stable security definer set search_path = parley, pg_temp as $$
  with recursive one (id) as (
    select person
    union
    select case when s.person_id = one.id then s.other_id else s.person_id end
    from one join parley.same_human s on one.id in (s.person_id, s.other_id)
  )
  select id from one
$$;

/**
 * Since when an account has a way in of its own, which nobody drew for it: its first passkey or
 * linked account; null where it has none.
 */
create function parley.own_way_in_since(person text) returns timestamptz
  language sql stable security definer set search_path = parley, pg_temp as $$
  select min(at) from (
    select k.created_at as at from parley.passkey k where k.person_id = person
    union all select i.linked_at from parley.provider_identity i where i.person_id = person
  ) own
$$;

/**
 * Everybody who, by what they did in the 30 days before, may be at work behind an account. Whoever
 * made it, gave it its role or drew its first link may be, as long as it has no way in of its own;
 * whoever draws a link later may be in any case.
 */
create function parley.hands_of(person text, moment timestamptz) returns setof text
  language sql stable security definer set search_path = parley, pg_temp as $$
  with recursive one (id) as (
    select person
    union
    select next.id from one, lateral (
      select case when s.person_id = one.id then s.other_id else s.person_id end as id
      from parley.same_human s where one.id in (s.person_id, s.other_id)
      union all
      select h.by_id from parley.account_hand h
      where h.account_id = one.id and h.at > moment - interval '30 days'
        and (parley.own_way_in_since(one.id) is null
          or (h.did = 'link' and h.at > parley.own_way_in_since(one.id)))
    ) next
  )
  select id from one
$$;

/** Why two accounts may be one person's: 'same human', 'one hand', or null where they may not. */
create function parley.too_close(person text, other text, moment timestamptz) returns text
  language sql stable security definer set search_path = parley, pg_temp as $$
  select case
    when other in (select parley.accounts_of_human(person)) then 'same human'
    when exists (select parley.hands_of(person, moment) intersect
      select parley.hands_of(other, moment)) then 'one hand'
  end
$$;

/** Whether two people agreed to something of this kind about this record. */
create function parley.is_approved(asked text, of_kind text, about text) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select exists (select 1 from parley.approval a where a.id = asked and a.kind = of_kind
    and a.subject = about and a.state in ('granted', 'done'))
$$;

/** Only what this table says happens to a request, and nothing of it is written again. */
create function parley.approval_moves() returns trigger language plpgsql
  set search_path = parley, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    -- A restored backup holds those that were decided.
    if new.state = 'requested' or current_user = 'parley_keeper' then return new; end if;
    raise exception 'a request begins as one' using errcode = 'insufficient_privilege';
  end if;
  if (old.id, old.kind, old.subject, old.request, old.says, old.digest, old.reason, old.person_id,
      old.organisation_id, old.decided_with, old.mode, old.requested_at, old.expires_at)
    is distinct from (new.id, new.kind, new.subject, new.request, new.says, new.digest, new.reason,
      new.person_id, new.organisation_id, new.decided_with, new.mode, new.requested_at,
      new.expires_at)
  then
    raise exception 'what was asked for is not changed' using errcode = 'insufficient_privilege';
  end if;
  if old.state = 'requested' and new.state in ('granted', 'refused', 'withdrawn')
    and new.decided_at >= old.requested_at and new.decided_at < old.expires_at
  then return new; end if;
  if old.state = 'requested' and new.state = 'expired' and new.decided_at >= old.expires_at
  then return new; end if;
  if old.state = 'granted' and new.state in ('done', 'failed')
    and (old.decided_by, old.decided_for, old.decided_at, old.decided_why)
      is not distinct from (new.decided_by, new.decided_for, new.decided_at, new.decided_why)
    and (new.state = 'failed') = (new.failed_why is not null)
  then return new; end if;
  raise exception 'a request that is % does not become %', old.state, new.state
    using errcode = 'insufficient_privilege';
end $$;
create trigger moves before insert or update on parley.approval
  for each row execute function parley.approval_moves();

/** Whoever makes an account, or gives it a role, is remembered by the database itself. */
create function parley.remember_hand() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
declare
  whose text := to_jsonb(new) ->> tg_argv[1];
begin
  if parley.actor_person() is not null and parley.actor_person() <> whose then
    insert into parley.account_hand (account_id, by_id, did, at)
      values (whose, parley.actor_person(), tg_argv[0],
        case when tg_op = 'INSERT' then new.created_at else now() end);
  end if;
  return null;
end $$;
create trigger maker_is_remembered after insert on parley.person
  for each row execute function parley.remember_hand('made', 'id');
create trigger giver_is_remembered after insert or update of role on parley.membership
  for each row execute function parley.remember_hand('role', 'person_id');

do $$
declare
  one text;
begin
  foreach one in array array['same_human', 'account_hand', 'approval', 'approval_policy', 'hold',
    'case_taken', 'export_grant'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
  end loop;
end $$;

create policy administrators_and_auditors_see on parley.same_human for select to parley_app
  using ((select parley.actor_may('audit')));
create policy administrators_say on parley.same_human for insert to parley_app
  with check ((select parley.actor_may('administer')));
-- Nobody parts accounts of their own, nor those behind which they may be.
create policy administrators_unsay on parley.same_human for delete to parley_app
  using ((select parley.actor_may('administer')) and ((select parley.actor_is_system()) or (
    parley.too_close((select parley.actor_person()), person_id, now()) is null
    and parley.too_close((select parley.actor_person()), other_id, now()) is null)));

create policy auditors_see on parley.account_hand for select to parley_app
  using ((select parley.actor_may('audit')));
create policy administrators_own_are_noted on parley.account_hand for insert to parley_app
  with check ((select parley.actor_may('administer')) and by_id = (select parley.actor_person()));

create policy askers_deciders_and_auditors_see on parley.approval for select to parley_app
  using (person_id = (select parley.actor_person()) or (select parley.actor_may('audit'))
    or parley.actor_may(decided_with));
create policy own_is_asked on parley.approval for insert to parley_app
  with check (person_id = (select parley.actor_person())
    and organisation_id = (select parley.actor_organisation()));
create policy another_human_decides on parley.approval for update to parley_app
  using ((select parley.actor_is_system()) or person_id = (select parley.actor_person())
    or parley.actor_may(decided_with))
  with check (
    ((select parley.actor_is_system()) and state in ('expired', 'done', 'failed'))
    or (state = 'withdrawn' and person_id = (select parley.actor_person()))
    or (state in ('granted', 'refused') and decided_by = (select parley.actor_person())
      and decided_for = (select parley.actor_organisation()) and parley.actor_may(decided_with)
      and parley.too_close(person_id, decided_by, decided_at) is null
      and (mode <> 'two-organisations' or decided_for <> organisation_id)));

create policy system_sees on parley.approval_policy for select to parley_app
  using ((select parley.actor_is_system()));
create policy system_begins on parley.approval_policy for insert to parley_app
  with check ((select parley.actor_is_system()));
create policy system_changes on parley.approval_policy for update to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));
create policy system_sees on parley.hold for select to parley_app
  using ((select parley.actor_is_system()));
create policy system_opens on parley.hold for update to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));
create policy own_is_seen on parley.case_taken for select to parley_app
  using ((select parley.actor_is_system()) or person_id = (select parley.actor_person()));
create policy own_is_noted on parley.case_taken for insert to parley_app
  with check ((select parley.actor_may('export'))
    and person_id = (select parley.actor_person()));
create policy system_forgets on parley.case_taken for delete to parley_app
  using ((select parley.actor_is_system()));
create policy own_is_seen on parley.export_grant for select to parley_app
  using (person_id = (select parley.actor_person()));
create policy system_lets on parley.export_grant for insert to parley_app
  with check ((select parley.actor_is_system()));
create policy own_is_used on parley.export_grant for update to parley_app
  using (person_id = (select parley.actor_person()))
  with check (person_id = (select parley.actor_person()));

grant select, insert, delete on parley.same_human, parley.case_taken to parley_app;
grant select, insert on parley.account_hand, parley.approval, parley.export_grant to parley_app;
grant update (state, decided_by, decided_for, decided_at, decided_why, failed_why)
  on parley.approval to parley_app;
grant select on parley.approval_policy, parley.hold to parley_app;
grant insert on parley.approval_policy to parley_app;
grant update (mode, expiry_hours, export_max, changed_at) on parley.approval_policy to parley_app;
grant update (opened_at) on parley.hold to parley_app;
grant update (used_at) on parley.export_grant to parley_app;

alter function parley.accounts_of_human owner to parley_keeper;
alter function parley.own_way_in_since owner to parley_keeper;
alter function parley.is_approved owner to parley_keeper;
alter function parley.hands_of owner to parley_keeper;
alter function parley.too_close owner to parley_keeper;
alter function parley.remember_hand owner to parley_keeper;
revoke all on function parley.accounts_of_human, parley.is_approved, parley.own_way_in_since, parley.hands_of,
  parley.too_close,
  parley.remember_hand from public;
grant execute on function parley.accounts_of_human, parley.too_close, parley.is_approved
  to parley_app;
