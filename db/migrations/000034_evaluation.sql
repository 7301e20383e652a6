-- lock: brief (policies of approvals and of live events are added)   breaking: no
-- why: sealed packs of tasks lie on a shelf that cannot open them, what two sides declared before
-- access is kept by both, and what was run is kept as it came in, whole, so that nobody can choose
-- afterwards what counts.
--
-- Who may see that a pack exists is said apart from who may fetch it, person by person; nobody sees a
-- pack because of a role. The key of a pair of holders is given out only under an approval.

/** A pack of tasks that somebody committed to. What is in it is sealed, and opens elsewhere. */
create table parley.pack (
  no bigint generated always as identity primary key,
  id text not null unique,
  organisation_id text not null references parley.organisation,
  name text not null,
  version text not null,
  label_id integer not null default 0,
  /** The Merkle root, SHA-256 in hexadecimal. */
  root text not null constraint pack_has_a_root check (root ~ '^[0-9a-f]{64}$'),
  /** What is published: it says nothing of a task. */
  commitment jsonb not null,
  committed_at timestamptz not null,
  committed_by text not null references parley.person,
  published_at timestamptz,
  published_by text references parley.person,
  /** Who holds a key of it, any two of whom open it; null until it is handed in. */
  holders text[],
  constraint pack_version_is_committed_to_once unique (organisation_id, name, version),
  constraint pack_is_published_by_somebody check ((published_at is null) = (published_by is null))
);
create index pack_by_root on parley.pack (root);

/** The files of a sealed pack. What opens it for a pair of holders is one of them. */
create table parley.pack_file (
  pack_no bigint not null references parley.pack,
  name text not null,
  size_bytes bigint not null,
  sha256 text not null,
  /** Names the upload, whose blobs belong to it alone. */
  upload text not null,
  blob jsonb not null,
  handed_at timestamptz not null,
  handed_by text not null references parley.person,
  primary key (pack_no, name)
);

/** Who by name may see that a pack exists, or fetch it; what was ended stays to be read. */
create table parley.pack_right (
  no bigint generated always as identity primary key,
  pack_no bigint not null references parley.pack,
  person_id text not null references parley.person,
  may text not null constraint pack_right_is_known check (may in ('view', 'query')),
  given_at timestamptz not null,
  /** Null where the product itself gave it to whoever committed to the pack. */
  given_by text references parley.person,
  ended_at timestamptz,
  ended_by text references parley.person,
  constraint pack_right_is_ended_by_somebody check ((ended_at is null) = (ended_by is null))
);
create unique index pack_right_once on parley.pack_right (pack_no, person_id, may)
  where ended_at is null;
create index pack_right_of on parley.pack_right (person_id) where ended_at is null;

/** What two people let one of them fetch, for a while: the key of one pair of holders. */
create table parley.pack_opening (
  approval_id text primary key references parley.approval,
  pack_no bigint not null references parley.pack,
  person_id text not null references parley.person,
  engagement_id text not null references parley.engagement (id),
  /** Such as `1-2`. */
  pair text not null constraint pair_is_of_two check (pair ~ '^[1-8]-[1-8]$'),
  granted_by text not null references parley.person,
  granted_at timestamptz not null,
  until timestamptz not null
);
create index pack_opening_of on parley.pack_opening (pack_no, person_id);

/** Single tasks that were opened: whoever has the commitment can verify them. */
create table parley.pack_task (
  pack_no bigint not null references parley.pack,
  place integer not null,
  task text not null,
  opening jsonb not null,
  published_at timestamptz not null,
  published_by text not null references parley.person,
  primary key (pack_no, place)
);

/** What both sides agree on before anybody has access: every version, with who said what. */
create table parley.declaration (
  no bigint generated always as identity primary key,
  engagement_id text not null references parley.engagement (id),
  /** SHA-256 of the declaration, hexadecimal: both name it. */
  digest text not null constraint declaration_has_a_digest check (digest ~ '^[0-9a-f]{64}$'),
  pack_no bigint not null references parley.pack,
  rule text not null constraint rule_is_known check (rule in ('fixed-look', 'sequential')),
  proposed_at timestamptz not null,
  proposed_by text not null references parley.person,
  proposed_for text not null references parley.organisation,
  developer_at timestamptz,
  developer_by text references parley.person,
  evaluator_at timestamptz,
  evaluator_by text references parley.person,
  /** When the second of the two agreed. */
  agreed_at timestamptz,
  /** The declaration, sealed. */
  value bytea not null,
  constraint declaration_is_proposed_once unique (engagement_id, digest),
  constraint developer_agrees_by_somebody check ((developer_at is null) = (developer_by is null)),
  constraint evaluator_agrees_by_somebody check ((evaluator_at is null) = (evaluator_by is null)),
  constraint agreed_is_by_both check (agreed_at is null
    or (developer_at is not null and evaluator_at is not null))
);

/** One run of a pack under an agreed declaration. */
create table parley.evaluation_run (
  no bigint generated always as identity primary key,
  id text not null unique,
  engagement_id text not null references parley.engagement (id),
  declaration_no bigint not null references parley.declaration,
  pack_no bigint not null references parley.pack,
  /** The how-manieth under its declaration: that there was another before is never hidden. */
  number integer not null,
  asked_at timestamptz not null,
  asked_by text not null references parley.person,
  /** When its first sample came. */
  begun_at timestamptz,
  /** How many samples are kept, and what the newest of them is. */
  samples integer not null default 0,
  closed_at timestamptz,
  /** Null while it is open, and where the product itself closed it. */
  closed_by text references parley.person,
  closed_why text constraint closing_is_known
    check (closed_why in ('finished', 'stopped', 'window-over')),
  /** Declared tasks that nothing came of, by stratum: they are not_run. */
  never_begun jsonb,
  /** What gives the run keys of its own: without it nothing of what it holds opens any more. */
  salt bytea,
  /** Seed, roles and what else the runner said of it, sealed. */
  value bytea not null,
  constraint run_has_its_number unique (declaration_no, number),
  constraint closed_run_says_why check ((closed_at is null) = (closed_why is null)
    and (closed_at is null) = (never_begun is null) and (closed_by is null or closed_at is not null))
);
create index evaluation_run_of on parley.evaluation_run (engagement_id, no);

/** One attempt at one task that ended, as the runner handed it in. */
create table parley.evaluation_sample (
  no bigint generated always as identity primary key,
  run_no bigint not null references parley.evaluation_run,
  task text not null,
  epoch integer not null constraint epochs_begin_at_one check (epoch >= 1),
  family text not null,
  difficulty smallint not null,
  /** The declared stratum that it is of. */
  stratum text not null,
  outcome text not null constraint outcome_is_known check (outcome in ('success', 'failure',
    'model_refusal', 'budget_exhausted', 'safeguard_block', 'infra_error', 'grader_error',
    'not_run')),
  reward double precision,
  tokens bigint not null,
  events integer not null,
  size_bytes bigint not null,
  /** SHA-256 of the sample and of its transcript together, hexadecimal. */
  digest text not null,
  /** Names the upload, whose blobs belong to it alone; null for what never ran. */
  upload text,
  handed_at timestamptz not null,
  /** Null where the product itself closed the run. */
  handed_by text references parley.person,
  /** The sample, sealed with the keys of its run. */
  value bytea,
  constraint sample_is_finished_once unique (run_no, task, epoch)
);

/** A piece of a transcript, sealed: events are found without reading those before. */
create table parley.transcript_part (
  sample_no bigint not null references parley.evaluation_sample,
  first_event integer not null,
  events integer not null constraint part_has_events check (events > 0),
  blob jsonb not null,
  primary key (sample_no, first_event)
);

/** Looks at running results, which a fixed look does not stand. */
create table parley.evaluation_look (
  no bigint generated always as identity primary key,
  run_no bigint not null references parley.evaluation_run,
  at timestamptz not null,
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  samples integer not null
);
create index evaluation_look_at on parley.evaluation_look (run_no, no);

/** Who by name read which transcript first when. */
create table parley.transcript_reading (
  sample_no bigint not null references parley.evaluation_sample,
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  at timestamptz not null,
  primary key (sample_no, person_id)
);

/**
 * The packs of the actor's organisation for which the actor by name has a right, and is cleared.
 * Who may fetch a pack may see that it exists.
 */
create function parley.packs_held(asked text) returns setof bigint
  language sql stable security definer rows 20 set search_path = parley, pg_temp as $$
  select p.no from parley.pack p
  where parley.actor_may('evaluate') and p.organisation_id = parley.actor_organisation()
    and p.label_id in (select l.id from parley.visible_labels() l)
    and exists (select 1 from parley.pack_right r where r.pack_no = p.no
      and r.person_id = parley.actor_person() and r.ended_at is null
      and (r.may = 'query' or asked = 'view'))
$$;

/** Those whose rights the actor may give and end: who committed to it, and who administers. */
create function parley.packs_kept() returns setof bigint
  language sql stable security definer rows 20 set search_path = parley, pg_temp as $$
  select p.no from parley.pack p
  where p.organisation_id = parley.actor_organisation()
    and p.label_id in (select l.id from parley.visible_labels() l)
    and ((parley.actor_may('evaluate') and p.committed_by = parley.actor_person())
      or parley.actor_may('administer'))
$$;

/** Published packs that a declaration names under an engagement of the actor's as a developer. */
create function parley.packs_declared() returns setof bigint
  language sql stable security definer rows 20 set search_path = parley, pg_temp as $$
  select d.pack_no from parley.declaration d join parley.pack p on p.no = d.pack_no
  where p.published_at is not null
    and d.engagement_id in (select parley.engagements_offered())
$$;

/** The pack of an engagement's evaluator that was published with this root; null for none. */
create function parley.pack_for_declaration(asked text, wanted text) returns bigint
  language sql stable security definer set search_path = parley, pg_temp as $$
  select max(p.no) from parley.pack p join parley.engagement e on e.evaluator_id = p.organisation_id
  where e.id = asked and e.id in (select parley.engagements_seen()) and p.root = wanted
    and p.published_at is not null
    and (e.id in (select parley.engagements_offered()) or parley.actor_is_system()
      or p.no in (select parley.packs_held('view')))
$$;

do $$
declare
  one text;
begin
  foreach one in array array['pack', 'pack_file', 'pack_right', 'pack_opening', 'pack_task',
    'declaration', 'evaluation_run', 'evaluation_sample', 'transcript_part', 'evaluation_look',
    'transcript_reading'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('grant select, insert on parley.%I to parley_app', one);
  end loop;
  foreach one in array array['packs_held(text)', 'packs_kept()', 'packs_declared()',
    'pack_for_declaration(text, text)'] loop
    execute format('alter function parley.%s owner to parley_keeper', one);
    execute format('revoke all on function parley.%s from public', one);
    execute format('grant execute on function parley.%s to parley_app', one);
  end loop;
end $$;
grant update (published_at, published_by, holders) on parley.pack to parley_app;
grant update (ended_at, ended_by) on parley.pack_right to parley_app;
grant update (developer_at, developer_by, evaluator_at, evaluator_by, agreed_at)
  on parley.declaration to parley_app;
grant update (begun_at, samples, closed_at, closed_by, closed_why, never_begun, salt)
  on parley.evaluation_run to parley_app;
grant update (value) on parley.evaluation_sample to parley_app;
grant delete on parley.transcript_part to parley_app;

create policy held_kept_and_declared_are_seen on parley.pack for select to parley_app
  using ((select parley.actor_is_system()) or no in (select parley.packs_held('view'))
    or no in (select parley.packs_kept()) or no in (select parley.packs_declared())
    or ((select parley.actor_may('evaluate')) and committed_by = (select parley.actor_person())
      and organisation_id = (select parley.actor_organisation())
      and label_id in (select l.id from parley.visible_labels() l)));
create policy evaluators_commit_their_own on parley.pack for insert to parley_app
  with check ((select parley.actor_is_system()) or ((select parley.actor_may('evaluate'))
    and organisation_id = (select parley.actor_organisation())
    and committed_by = (select parley.actor_person()) and published_at is null
    and label_id in (select l.id from parley.visible_labels() l)));
create policy keepers_publish on parley.pack for update to parley_app
  using ((select parley.actor_is_system()) or no in (select parley.packs_kept()));

-- The key of a pair is given out only to whom two people let have it, and for no longer.
create policy who_may_fetch_sees on parley.pack_file for select to parley_app
  using ((select parley.actor_is_system()) or (pack_no in (select parley.packs_held('query'))
    and (name not like 'pairs/%' or exists (select 1 from parley.pack_opening o
      where o.pack_no = pack_file.pack_no and name = 'pairs/' || o.pair || '.age'
        and o.person_id = (select parley.actor_person()) and o.until > now()))));
create policy keepers_hand_in on parley.pack_file for insert to parley_app
  with check ((select parley.actor_is_system()) or (pack_no in (select parley.packs_kept())
    and handed_by = (select parley.actor_person())));

create policy keepers_and_own_see on parley.pack_right for select to parley_app
  using ((select parley.actor_is_system()) or pack_no in (select parley.packs_kept())
    or (person_id = (select parley.actor_person())
      and pack_no in (select parley.packs_held('view'))));
create policy keepers_give on parley.pack_right for insert to parley_app
  with check (((select parley.actor_is_system()) or (pack_no in (select parley.packs_kept())
    and given_by = (select parley.actor_person()))) and ended_at is null);
create policy keepers_end on parley.pack_right for update to parley_app
  using ((select parley.actor_is_system()) or pack_no in (select parley.packs_kept()))
  with check (ended_by = (select parley.actor_person()) or (select parley.actor_is_system()));

create policy keepers_and_own_see on parley.pack_opening for select to parley_app
  using ((select parley.actor_is_system()) or pack_no in (select parley.packs_kept())
    or (person_id = (select parley.actor_person())
      and pack_no in (select parley.packs_held('query'))));
create policy system_lets on parley.pack_opening for insert to parley_app
  with check ((select parley.actor_is_system()));

create policy seen_with_the_pack on parley.pack_task for select to parley_app
  using (exists (select 1 from parley.pack p where p.no = pack_no offset 0));
create policy who_may_fetch_opens on parley.pack_task for insert to parley_app
  with check ((select parley.actor_is_system()) or (pack_no in (select parley.packs_held('query'))
    and published_by = (select parley.actor_person())));

do $$
declare
  one text;
  sees constant text := '(select parley.actor_is_system())
    or engagement_id in (select parley.engagements_offered())
    or (engagement_id in (select parley.engagements_evaluated())
      and pack_no in (select parley.packs_held(''view'')))';
begin
  foreach one in array array['declaration', 'evaluation_run'] loop
    execute format('create policy both_sides_see on parley.%I for select to parley_app using (%s)', one, sees);
  end loop;
  execute format('create policy both_sides_propose on parley.declaration for insert to parley_app
    with check ((%s) and agreed_at is null and ((select parley.actor_is_system())
      or (proposed_by = (select parley.actor_person())
        and proposed_for = (select parley.actor_organisation()))))', sees);
  execute format('create policy both_sides_agree on parley.declaration for update to parley_app using (%s)', sees);
end $$;

create policy who_may_fetch_runs on parley.evaluation_run for insert to parley_app
  with check ((select parley.actor_is_system())
    or (engagement_id in (select parley.engagements_evaluated())
      and pack_no in (select parley.packs_held('query'))
      and asked_by = (select parley.actor_person()) and closed_at is null));
create policy who_may_fetch_goes_on on parley.evaluation_run for update to parley_app
  using ((select parley.actor_is_system())
    or (engagement_id in (select parley.engagements_evaluated())
      and pack_no in (select parley.packs_held('query'))));

create policy seen_with_the_run on parley.evaluation_sample for select to parley_app
  using (run_no in (select r.no from parley.evaluation_run r));
create policy who_may_fetch_hands_in on parley.evaluation_sample for insert to parley_app
  with check ((select parley.actor_is_system()) or (handed_by = (select parley.actor_person())
    and run_no in (select r.no from parley.evaluation_run r where r.closed_at is null
      and r.pack_no in (select parley.packs_held('query'))
      and r.engagement_id in (select parley.engagements_evaluated()))));
create policy system_destroys on parley.evaluation_sample for update to parley_app
  using ((select parley.actor_is_system())) with check (value is null);

-- What a developer is shown of transcripts its terms say, and the product itself looks that up.
create policy who_may_fetch_reads on parley.transcript_part for select to parley_app
  using ((select parley.actor_is_system()) or exists (select 1 from parley.evaluation_sample s
    join parley.evaluation_run r on r.no = s.run_no
    where s.no = sample_no and r.pack_no in (select parley.packs_held('query'))
      and r.engagement_id in (select parley.engagements_evaluated()) offset 0));
create policy who_may_fetch_hands_in on parley.transcript_part for insert to parley_app
  with check ((select parley.actor_is_system()) or exists (select 1 from parley.evaluation_sample s
    join parley.evaluation_run r on r.no = s.run_no
    where s.no = sample_no and s.handed_by = (select parley.actor_person())
      and r.pack_no in (select parley.packs_held('query')) offset 0));
create policy system_destroys on parley.transcript_part for delete to parley_app
  using ((select parley.actor_is_system()));

create policy seen_with_the_run on parley.evaluation_look for select to parley_app
  using (run_no in (select r.no from parley.evaluation_run r));
create policy each_notes_its_own on parley.evaluation_look for insert to parley_app
  with check ((select parley.actor_is_system())
    or (run_no in (select r.no from parley.evaluation_run r)
      and person_id = (select parley.actor_person())
      and organisation_id = (select parley.actor_organisation())));

create policy seen_with_the_sample on parley.transcript_reading for select to parley_app
  using (exists (select 1 from parley.evaluation_sample s where s.no = sample_no offset 0));
create policy each_notes_its_own on parley.transcript_reading for insert to parley_app
  with check ((select parley.actor_is_system())
    or (exists (select 1 from parley.evaluation_sample s where s.no = sample_no offset 0)
      and person_id = (select parley.actor_person())
      and organisation_id = (select parley.actor_organisation())));

-- That a pack is to be opened is told to those who may fetch it, and granted by one of them.
create policy pack_openings_are_shown_to_who_may_fetch on parley.approval as restrictive for select
  to parley_app using (kind <> 'pack.open' or (select parley.actor_is_system())
    or (select parley.actor_may('audit'))
    or subject in (select p.id from parley.pack p where p.no in (select parley.packs_held('query'))));
create policy pack_openings_are_decided_by_who_may_fetch on parley.approval as restrictive for update
  to parley_app using (kind <> 'pack.open' or (select parley.actor_is_system())
    or subject in (select p.id from parley.pack p where p.no in (select parley.packs_held('query'))));

create policy packs_and_runs_are_told on parley.live_event for select to parley_app
  using ((topic = 'pack' and exists (select 1 from parley.pack p where p.id = ref))
    or (topic = 'run' and exists (select 1 from parley.evaluation_run r where r.id = ref)));
create policy packs_and_runs_are_told_to_nobody_else on parley.live_event as restrictive for select
  to parley_app using ((topic <> 'pack' or exists (select 1 from parley.pack p where p.id = ref))
    and (topic <> 'run' or exists (select 1 from parley.evaluation_run r where r.id = ref)));

/** What was committed to stays, and is published and handed in once. */
create function parley.pack_stays() returns trigger
  language plpgsql set search_path = parley, pg_temp as $$
begin
  if (old.published_at is not null and (new.published_at, new.published_by)
      is distinct from (old.published_at, old.published_by))
    or (old.holders is not null and new.holders is distinct from old.holders)
  then
    raise exception 'what was committed to is never changed'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger stays before update on parley.pack
  for each row execute function parley.pack_stays();

/**
 * A declaration is of a pack that the evaluator published, is agreed before the window opens, and is
 * never changed after that.
 */
create function parley.declaration_comes_first() returns trigger
  language plpgsql security definer set search_path = parley, pg_temp as $$
declare
  own parley.engagement;
begin
  select * into own from parley.engagement e where e.id = new.engagement_id for share;
  if not exists (select 1 from parley.pack p where p.no = new.pack_no
    and p.organisation_id = own.evaluator_id and p.published_at is not null)
  then
    raise exception 'a declaration is of a pack that the evaluator published'
      using errcode = 'check_violation', constraint = 'declaration_is_of_a_published_pack';
  end if;
  if tg_op = 'INSERT' then return new; end if;
  if (old.developer_at is not null and (new.developer_at, new.developer_by)
      is distinct from (old.developer_at, old.developer_by))
    or (old.evaluator_at is not null and (new.evaluator_at, new.evaluator_by)
      is distinct from (old.evaluator_at, old.evaluator_by))
    or (old.agreed_at is not null and new.agreed_at is distinct from old.agreed_at)
  then
    raise exception 'what was declared is never changed' using errcode = 'insufficient_privilege';
  end if;
  if old.agreed_at is null and new.agreed_at is not null
    and (own.state not in ('offered', 'agreed') or own.opens_at <= new.agreed_at
      or own.opens_at <= own.seen_at
      or exists (select 1 from parley.evaluation_run r where r.engagement_id = own.id))
  then
    raise exception 'what is declared is agreed before there is access'
      using errcode = 'check_violation', constraint = 'declaration_comes_before_access';
  end if;
  return new;
end $$;
create trigger comes_first before insert or update on parley.declaration
  for each row execute function parley.declaration_comes_first();

/** A run begins under what was agreed, and what is closed stays closed. */
create function parley.evaluation_run_stays() returns trigger
  language plpgsql security definer set search_path = parley, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if exists (select 1 from parley.declaration d where d.no = new.declaration_no
      and d.engagement_id = new.engagement_id and d.pack_no = new.pack_no
      and d.agreed_at is not null) then return new; end if;
    raise exception 'a run is under a declaration that was agreed'
      using errcode = 'check_violation', constraint = 'run_is_under_what_was_agreed';
  end if;
  if (old.closed_at is not null and (new.closed_at, new.closed_by, new.closed_why, new.never_begun,
      new.begun_at, new.samples) is distinct from (old.closed_at, old.closed_by, old.closed_why,
      old.never_begun, old.begun_at, old.samples))
    or (old.begun_at is not null and new.begun_at is distinct from old.begun_at)
    or new.samples < old.samples
    or (new.salt is distinct from old.salt and new.salt is not null)
  then
    raise exception 'a run that is closed is never changed'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger stays before insert or update on parley.evaluation_run
  for each row execute function parley.evaluation_run_stays();

do $$
declare
  one text;
begin
  foreach one in array array['declaration_comes_first()', 'evaluation_run_stays()'] loop
    execute format('alter function parley.%s owner to parley_keeper', one);
    execute format('revoke all on function parley.%s from public', one);
  end loop;
end $$;
