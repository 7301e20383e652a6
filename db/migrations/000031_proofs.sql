-- lock: brief (columns and an index of attachments; policies are replaced)   breaking: no
-- why: a report may come with proofs, which workers run in a sandbox: each run is a row that one
-- worker at a time holds by a lease, and what it showed is written once, by whoever holds the lease.
--
-- A proof hangs on its report and is as secret as that report's attachments: it is sealed with the
-- report's own keys, goes when they are destroyed, and a triager, who ranks, does not read it.

create table parley.proof (
  no bigint generated always as identity primary key,
  id text not null unique,
  report_no bigint not null references parley.report,
  /** Who handed it in, which need not be whoever reported. */
  organisation_id text not null references parley.organisation,
  /** Null where a job took it out of an attachment. */
  handed_by text references parley.person,
  /** The attachment that it was taken out of. */
  attachment_id text references parley.attachment,
  at timestamptz not null,
  title text not null,
  purl text,
  /** Who found it, as the bundle says: whoever verifies must be somebody else. */
  finder text not null,
  finder_model text,
  size_bytes bigint not null,
  sha256 bytea not null,
  blob jsonb not null,
  /** What proof.yaml says, sealed; null once the payloads of the report are destroyed. */
  manifest bytea,
  /** What its last run of its own showed: the level of evidence, and of its patch the verdict. */
  level text not null default 'E0' constraint proof_level_is_known
    check (level in ('E0', 'E1', 'E2', 'E3', 'E4')),
  verdict text,
  /** SHA-256 of the type and state of the crash that it ended in, by which others are compared. */
  crash bytea,
  disputed_at timestamptz,
  disputed_by text references parley.person,
  dispute text,
  constraint proof_is_handed_in_once unique (report_no, organisation_id, sha256),
  constraint dispute_is_whole
    check ((disputed_at is null) = (dispute is null) and (disputed_at is null) = (disputed_by is null))
);
create index proof_by_purl on parley.proof (purl) where purl is not null;
create index proof_shown on parley.proof (report_no) where level in ('E3', 'E4');

create table parley.proof_run (
  no bigint generated always as identity primary key,
  id text not null unique,
  proof_no bigint not null references parley.proof,
  /** Of whoever handed the proof in: turns are shared among organisations. */
  organisation_id text not null references parley.organisation,
  state text not null constraint proof_run_state_is_known
    check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  why text not null constraint proof_run_is_for_a_reason
    check (why in ('arrived', 're-run', 'neighbour')),
  /** Null where the product itself asks. */
  asked_by text references parley.person,
  /** Higher goes first; among equals the case that ranks higher. */
  priority smallint not null,
  /** The proof whose patch is tried instead of the bundle's own. */
  patch_of bigint references parley.proof,
  queued_at timestamptz not null,
  worker_id text,
  worker_name text,
  /** Whoever holds it writes what the run showed; nobody else does. */
  lease_token text,
  lease_until timestamptz,
  attempts smallint not null default 0,
  started_at timestamptz,
  ended_at timestamptz,
  level text constraint proof_run_level_is_known check (level in ('E0', 'E1', 'E2', 'E3', 'E4')),
  verdict text,
  /** In so many of so many fresh runs the flaw was shown. */
  met smallint,
  of smallint,
  /** Everything that was seen, sealed: outputs quote what the report keeps secret. */
  record bytea,
  /** SHA-256 of the environment, hexadecimal. */
  environment text,
  /** A statement about the run, signed by the worker: a sigstore bundle. */
  attestation jsonb,
  /** Why nothing was shown: a code and words. */
  refusal_code text,
  refusal text,
  constraint proof_run_is_held_while_it_runs check ((state = 'running') = (lease_token is not null)
    and (lease_token is null) = (lease_until is null)),
  constraint proof_run_says_what_it_showed check (state <> 'done' or level is not null),
  constraint proof_run_says_why_it_failed check (state <> 'failed' or refusal is not null),
  constraint neighbours_bring_a_patch check ((why = 'neighbour') = (patch_of is not null))
);
create index proof_run_by_proof on parley.proof_run (proof_no, no);
create index proof_run_waiting on parley.proof_run (organisation_id, no) where state = 'queued';
create index proof_run_held on parley.proof_run (organisation_id, lease_until) where state = 'running';
create index proof_run_served on parley.proof_run (organisation_id, started_at)
  where started_at is not null;
-- Asking again while it waits or runs asks for nothing new.
create unique index proof_run_once_at_a_time on parley.proof_run (proof_no, coalesce(patch_of, 0))
  where state in ('queued', 'running');
create unique index proof_run_once_for_a_patch on parley.proof_run (proof_no, patch_of)
  where patch_of is not null;

/** A process that runs proofs, on whichever machine. */
create table parley.worker (
  id text primary key,
  name text not null constraint worker_has_a_name check (name <> ''),
  host text not null,
  /** PEM: what it signs is checked with it. */
  public_key text not null,
  version text not null,
  /** How many proofs it runs at once. */
  slots smallint not null,
  /** How its runs are held apart from its machine; null where they cannot be. */
  isolation jsonb,
  /** Why it takes no proofs; null where it does. */
  refusal text,
  /** Labels up to this classification, within these compartments. */
  ceiling smallint not null constraint worker_ceiling_is_known check (ceiling between 0 and 4),
  compartments text[] not null default '{}',
  first_at timestamptz not null,
  seen_at timestamptz not null,
  done bigint not null default 0,
  off_at timestamptz,
  off_by text references parley.person,
  off_why text,
  constraint worker_is_off_for_a_reason check ((off_at is null) = (off_by is null)
    and (off_at is null) = (off_why is null))
);

-- Attachments are looked at once for proofs among them; one that cannot be now waits for its turn,
-- and lets the others go first.
alter table parley.attachment add column looked_at timestamptz,
  add column looks smallint not null default 0, add column look_after timestamptz;
create index attachment_unlooked on parley.attachment (report_no)
  where looked_at is null and filename ~* '\.(tar|tar\.gz|tgz|zip)$';

do $$
declare
  one text;
begin
  foreach one in array array['proof', 'proof_run', 'worker'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('grant select, insert, update on parley.%I to parley_app', one);
  end loop;
end $$;

create policy proof_readers_and_own_see on parley.proof for select to parley_app
  using (((select parley.actor_may('read-proofs')) and ((select parley.actor_is_system()) or exists (
      select 1 from parley.report r where r.no = proof.report_no offset 0)))
    or organisation_id = (select parley.actor_follows()));
create policy read_in_sees on parley.proof for select to parley_app
  using (report_no in (select parley.reports_read_into()));
create policy own_is_handed_in on parley.proof for insert to parley_app
  with check ((select parley.actor_is_system()) or ((select parley.actor_may('hand-in'))
    and organisation_id = (select parley.actor_organisation())
    and exists (select 1 from parley.report r where r.no = proof.report_no offset 0)));
create policy deciders_dispute on parley.proof for update to parley_app
  using ((select parley.actor_is_system()) or ((select parley.actor_may('decide'))
    and (select parley.actor_may('read-proofs'))
    and exists (select 1 from parley.report r where r.no = proof.report_no offset 0)));

-- What was tried with the patch of another proof is told to those who may see both: it says of the
-- other what its patch does, and with which code.
create policy seen_with_the_proof on parley.proof_run for select to parley_app
  using ((select parley.actor_is_system()) or (
    exists (select 1 from parley.proof p where p.no = proof_run.proof_no offset 0)
    and (patch_of is null or ((select parley.actor_may('read'))
      and exists (select 1 from parley.proof q where q.no = proof_run.patch_of offset 0)))));
create policy runs_are_asked_for on parley.proof_run for insert to parley_app
  with check ((select parley.actor_is_system()) or ((select parley.actor_may('hand-in'))
    and state = 'queued' and patch_of is null
    and exists (select 1 from parley.proof p where p.no = proof_run.proof_no offset 0)));
create policy system_runs on parley.proof_run for update to parley_app
  using ((select parley.actor_is_system()));

create policy operators_see on parley.worker for select to parley_app
  using ((select parley.actor_may('operate')));
create policy system_registers on parley.worker for insert to parley_app
  with check ((select parley.actor_is_system()));
create policy operators_switch on parley.worker for update to parley_app
  using ((select parley.actor_may('operate')));

drop policy where_payloads_are_seen on parley.payload_key;
create policy where_payloads_are_seen on parley.payload_key for select to parley_app
  using ((select parley.actor_is_system())
    or exists (select 1 from parley.attachment a where a.report_no = payload_key.report_no offset 0)
    or exists (select 1 from parley.proof p where p.report_no = payload_key.report_no offset 0));

-- Who may not see a proof is not told that something became of it.
create policy proofs_are_told_to_who_sees_them on parley.live_event as restrictive for select
  to parley_app using (topic <> 'proof' or (select parley.actor_is_system())
    or exists (select 1 from parley.proof p where p.id = ref));

/** Whether a worker may be given what has this label. */
create function parley.worker_may(own parley.worker, asked integer) returns boolean
  language sql stable set search_path = parley, pg_temp as $$
  select exists (select 1 from parley.label l where l.id = asked
    and l.classification <= own.ceiling and l.compartments <@ own.compartments)
$$;

/** Whether the worker of a run may be given what the run needs, by the labels as they are now. */
create function parley.run_is_allowed(asked parley.proof_run) returns boolean
  language sql stable set search_path = parley, pg_temp as $$
  select exists (
    select 1 from parley.worker w, parley.proof p join parley.report e on e.no = p.report_no
    where w.id = asked.worker_id and p.no = asked.proof_no and parley.worker_may(w, e.label_id)
      and (asked.patch_of is null or exists (
        select 1 from parley.proof q join parley.report f on f.no = q.report_no
        where q.no = asked.patch_of and parley.worker_may(w, f.label_id))))
$$;

/**
 * Gives a worker the run whose turn it is, for so long; null where there is none for it. Turns go to
 * the organisation of which the fewest run, then to the one that waited longest since its last;
 * within one to what was asked for by a person, then to the higher case, then to the older.
 * For the product itself, which alone changes runs.
 */
create function parley.proof_claim(asked_worker text, token text, lasts interval) returns bigint
  language plpgsql volatile set search_path = parley, pg_temp as $$
declare
  own parley.worker;
  turn text;
  claimed bigint;
begin
  select * into own from parley.worker w where w.id = asked_worker
    and w.off_at is null and w.refusal is null;
  if own.id is null then return null; end if;
  for turn in
    select w.id from (
      select distinct r.organisation_id as id from parley.proof_run r where r.state = 'queued') w
    order by (select count(*) from parley.proof_run r
        where r.state = 'running' and r.organisation_id = w.id),
      (select max(r.started_at) from parley.proof_run r
        where r.started_at is not null and r.organisation_id = w.id) nulls first, w.id
  loop
    select r.no into claimed from parley.proof_run r
      join parley.proof p on p.no = r.proof_no join parley.report e on e.no = p.report_no
      left join parley.case_report cr on cr.report_no = e.no
      left join parley.vulnerability_case c on c.id = cr.case_id
      left join parley.proof q on q.no = r.patch_of left join parley.report f on f.no = q.report_no
      where r.state = 'queued' and r.organisation_id = turn
        and parley.worker_may(own, e.label_id)
        and (q.no is null or parley.worker_may(own, f.label_id))
      order by r.priority desc, c.rank desc nulls last, r.no
      limit 1 for update of r skip locked;
    if claimed is not null then
      update parley.proof_run set state = 'running', lease_token = token,
          lease_until = clock_timestamp() + lasts, worker_id = own.id, worker_name = own.name,
          attempts = attempts + 1, started_at = clock_timestamp()
        where no = claimed;
      return claimed;
    end if;
  end loop;
  return null;
end $$;

/**
 * No statement gives a worker what it may not be given, nor takes from it what it saw of that,
 * whoever runs it.
 */
create function parley.run_is_for_its_worker() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  if not parley.run_is_allowed(new) then
    raise exception 'this worker may not be given what has such a label'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger is_for_its_worker before update of state on parley.proof_run
  for each row when (new.state in ('running', 'done') and old.state <> new.state)
  execute function parley.run_is_for_its_worker();

/** What a run showed is written once: what is over stays as it is, but for what is destroyed. */
create function parley.run_stays() returns trigger
  language plpgsql set search_path = parley, pg_temp as $$
begin
  if (to_jsonb(new) - array['record', 'refusal']) <> (to_jsonb(old) - array['record', 'refusal'])
    or (new.record is not null and new.record is distinct from old.record)
    or (new.refusal is distinct from old.refusal and new.refusal is distinct from 'Destroyed.')
  then
    raise exception 'a run that is over is never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger stays before update on parley.proof_run
  for each row when (old.state in ('done', 'failed', 'cancelled'))
  execute function parley.run_stays();

-- Whatever closes a case or destroys payloads ends the runs of their proofs in its own transaction;
-- a worker that runs one hears of it by its next heartbeat.
create function parley.runs_of_case_end() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.proof_run r set state = 'cancelled', ended_at = now(), lease_token = null,
      lease_until = null, refusal_code = 'case-closed', refusal = 'The case was closed.'
    from parley.proof p join parley.case_report cr on cr.report_no = p.report_no
    where p.no = r.proof_no and cr.case_id = new.id and r.state in ('queued', 'running');
  return null;
end $$;
create trigger runs_end after update of status on parley.vulnerability_case
  for each row when (new.status = 'closed' and old.status <> 'closed')
  execute function parley.runs_of_case_end();

/**
 * What came with a report is destroyed once and for all: whoever hands in meanwhile waits for that,
 * and is then refused. Whoever destroys holds the report from the beginning.
 */
create function parley.nothing_joins_what_is_destroyed() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  perform 1 from parley.report r where r.no = new.report_no for share;
  if exists (select 1 from parley.payload_end e where e.report_no = new.report_no) then
    raise exception 'what came with this report was destroyed' using errcode = 'check_violation',
      constraint = 'nothing_joins_what_is_destroyed';
  end if;
  return new;
end $$;
create trigger nothing_joins_what_is_destroyed before insert on parley.proof
  for each row execute function parley.nothing_joins_what_is_destroyed();
create trigger nothing_joins_what_is_destroyed before insert on parley.payload_key
  for each row execute function parley.nothing_joins_what_is_destroyed();

create function parley.runs_of_payload_end() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.proof_run r set state = 'cancelled', ended_at = now(), lease_token = null,
      lease_until = null, refusal_code = 'destroyed',
      refusal = 'What came with the report was destroyed.'
    from parley.proof p where p.report_no = new.report_no and r.state in ('queued', 'running')
      and p.no in (r.proof_no, r.patch_of);
  -- Words of a refusal may quote the bundle.
  update parley.proof_run r set record = null,
      refusal = case when r.state = 'failed' then 'Destroyed.' else r.refusal end
    from parley.proof p
    where p.no in (r.proof_no, r.patch_of) and p.report_no = new.report_no
      and (r.record is not null or r.state = 'failed');
  update parley.proof set manifest = null, crash = null where report_no = new.report_no;
  return null;
end $$;
create trigger runs_end after insert on parley.payload_end
  for each row execute function parley.runs_of_payload_end();

/** For how many of each finder's proofs every fresh run showed the flaw: those that somebody sees. */
create function parley.proofs_shown()
  returns table (organisation_id text, name text, label_id integer, proofs bigint)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.organisation_id, f.name, r.label_id, count(*)
  from parley.proof p join parley.report r on r.no = p.report_no
  cross join lateral unnest(r.finders) as f (name)
  where p.level in ('E3', 'E4') and p.disputed_at is null
    and (r.organisation_id = parley.actor_follows() or (parley.actor_may('read')
      and (parley.actor_is_system()
        or r.label_id in (select l.id from parley.visible_labels() l))))
  group by 1, 2, 3
$$;

/** What a proof counts for: disputed it counts for what it holds, and not for what it showed. */
create function parley.proof_counts_for(p parley.proof) returns text
  language sql immutable parallel safe as $$
  select case when p.disputed_at is null then p.level else least(p.level, 'E2') end
$$;

/** The highest level that a proof gives each of these cases that has one, for whoever may see it. */
create function parley.proof_levels(asked text[]) returns table (case_id text, level text)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select c.id, max(parley.proof_counts_for(p))
  from parley.vulnerability_case c join parley.case_report cr on cr.case_id = c.id
  join parley.proof p on p.report_no = cr.report_no
  where c.id = any (asked) and parley.actor_may('read') and (parley.actor_is_system()
    or c.label_id in (select l.id from parley.visible_labels() l))
  group by c.id
$$;

/** The same of reports. */
create function parley.proof_levels(asked bigint[]) returns table (report_no bigint, level text)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.no, max(parley.proof_counts_for(p))
  from parley.report r join parley.proof p on p.report_no = r.no
  where r.no = any (asked) and parley.actor_may('read') and (parley.actor_is_system()
    or r.label_id in (select l.id from parley.visible_labels() l))
  group by r.no
$$;

-- Proofs of a honey case are looked at by nobody who has a reason to.
drop trigger honey_is_told on parley.ledger_pending;
create trigger honey_is_told after insert on parley.ledger_pending for each row
  when (new.action in ('case.read', 'case.export', 'attachment.read', 'suggestion.read',
    'read-in.look', 'proof.read', 'proof.run', 'proof.dispute', 'proof.hand-in',
    'proof.cancel'))
  execute function parley.honey_is_told();

do $$
declare
  one text;
begin
  foreach one in array array['run_is_for_its_worker()', 'runs_of_case_end()',
    'runs_of_payload_end()', 'nothing_joins_what_is_destroyed()', 'proofs_shown()',
    'proof_levels(text[])', 'proof_levels(bigint[])'] loop
    execute format('alter function parley.%s owner to parley_keeper', one);
    execute format('revoke all on function parley.%s from public', one);
  end loop;
end $$;
grant execute on function parley.proofs_shown(), parley.proof_levels(text[]),
  parley.proof_levels(bigint[]) to parley_app;
