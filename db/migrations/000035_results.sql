-- lock: brief (policies of live events are not touched)   breaking: no
-- why: what people say of samples after a run, what the declared rule says of them, and what becomes
-- of that when a policy changes, is kept for both sides and never edited. What is said of a run is
-- sealed with its own keys, and goes with them when an engagement is settled.

/** What reviewers, evaluators and developers said of a run, in their order. */
create table parley.run_word (
  no bigint generated always as identity primary key,
  run_no bigint not null references parley.evaluation_run,
  engagement_id text not null references parley.engagement (id),
  /** From 1 within the run, without gaps: two at a time cannot both be next. */
  number integer not null,
  at timestamptz not null,
  side text not null constraint word_side_is_known check (side in ('developer', 'evaluator')),
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  kind text not null,
  /** Which sample it is about; null for a response to the whole. */
  task text,
  epoch integer,
  /** Sealed with the keys of the run. */
  body bytea not null,
  constraint word_comes_once unique (run_no, number),
  constraint word_is_of_its_side check (
    (side = 'evaluator' and kind in ('opinion', 'decision', 'answer', 'remark', 'note', 'flaw'))
    or (side = 'developer' and kind in ('dispute', 'withdrawal', 'remark', 'response'))),
  constraint sample_is_whole check ((task is null) = (epoch is null)
    and (task is null) = (kind in ('note', 'response')))
);

/** What the declared rule says of the results of a run at one moment. */
create table parley.verdict (
  no bigint generated always as identity primary key,
  id text not null unique,
  run_no bigint not null references parley.evaluation_run,
  engagement_id text not null references parley.engagement (id),
  at timestamptz not null,
  person_id text not null references parley.person,
  capability text not null constraint capability_is_known
    check (capability in ('cyber', 'reasoning', 'autonomous-tool-use')),
  word text not null constraint verdict_is_one_of_three
    check (word in ('COVERED', 'NOT SHOWN', 'UNDETERMINED')),
  declaration_sha256 text not null,
  results_sha256 text not null,
  /** What may be said of it, sealed; it stays when the results are destroyed. */
  wording bytea not null,
  /** The record that it is worked out from and all its numbers, sealed with the keys of the run. */
  value bytea not null,
  constraint same_results_are_judged_once unique (run_no, results_sha256)
);
create index verdict_of_engagement on parley.verdict (engagement_id, no);

/** What a model was seen to do, by ids of ATT&CK and ATLAS, for detection guidance. */
create table parley.technique (
  no bigint generated always as identity primary key,
  id text not null unique,
  engagement_id text not null references parley.engagement (id),
  at timestamptz not null,
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  value bytea not null
);
create index technique_of_engagement on parley.technique (engagement_id, no);

/** What counts as covered from a day on. None is ever changed: the next one has the next number. */
create table parley.classification_policy (
  number integer primary key constraint policies_are_numbered_from_one check (number >= 1),
  digest text not null unique,
  label_id integer not null references parley.label,
  published_at timestamptz not null,
  published_by text not null references parley.person,
  value jsonb not null
);

/** What a verdict is under a policy, beside what it was under the one before. */
create table parley.policy_reading (
  no bigint generated always as identity primary key,
  policy_number integer not null references parley.classification_policy,
  verdict_no bigint not null references parley.verdict,
  engagement_id text not null references parley.engagement (id),
  change text not null constraint change_is_known
    check (change in ('same', 'wording', 'verdict', 'became-readable', 'became-unreadable')),
  /** Both readings and why they differ, sealed. */
  value bytea not null,
  constraint verdict_is_read_once_under_each unique (policy_number, verdict_no)
);
create index policy_reading_of on parley.policy_reading (engagement_id, no);

/** Whether whoever acts sees the run and it is of this engagement. */
create function parley.is_run_of(asked bigint, of_engagement text) returns boolean
  language sql stable set search_path = parley, pg_temp as $$
  select exists (select 1 from parley.evaluation_run r
    where r.no = asked and r.engagement_id = of_engagement)
$$;

/** Whether the actor's organisation handed in the report of this receipt, and the actor may know. */
create function parley.evaluator_handed_in(asked_receipt text) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select exists (select 1 from parley.report r where r.receipt = asked_receipt
    and parley.actor_may('evaluate') and r.organisation_id = parley.actor_organisation()
    and r.label_id in (select l.id from parley.visible_labels() l))
$$;
alter function parley.evaluator_handed_in(text) owner to parley_keeper;

/**
 * Destroys what is held of a run: its keys, so that nothing sealed with them opens any more, and its
 * samples. Answers the transcripts' blobs, which their store still has to delete. For the product
 * itself alone, and only after access ended.
 */
create function parley.destroy_run(asked bigint) returns setof jsonb
  language plpgsql security definer set search_path = parley, pg_temp as $$
begin
  if not parley.actor_is_system() or not exists (select 1 from parley.evaluation_run r
    join parley.engagement e on e.id = r.engagement_id
    where r.no = asked and r.closed_at is not null and e.state = 'closed')
  then
    raise exception 'what is held of a run is destroyed after access ended'
      using errcode = 'insufficient_privilege';
  end if;
  return query delete from parley.transcript_part p using parley.evaluation_sample s
    where s.no = p.sample_no and s.run_no = asked returning p.blob;
  delete from parley.transcript_reading t using parley.evaluation_sample s
    where s.no = t.sample_no and s.run_no = asked;
  delete from parley.evaluation_sample where run_no = asked;
  update parley.evaluation_run set salt = null where no = asked;
end $$;
alter function parley.destroy_run(bigint) owner to parley_keeper;

do $$
declare
  one text;
begin
  foreach one in array array['run_word', 'verdict', 'technique', 'classification_policy',
    'policy_reading'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('grant select, insert on parley.%I to parley_app', one);
  end loop;
  foreach one in array array['is_run_of(bigint, text)', 'evaluator_handed_in(text)',
    'destroy_run(bigint)'] loop
    execute format('revoke all on function parley.%s from public', one);
    execute format('grant execute on function parley.%s to parley_app', one);
  end loop;
end $$;

create policy seen_with_the_run on parley.run_word for select to parley_app
  using (run_no in (select r.no from parley.evaluation_run r));
create policy each_says_its_own on parley.run_word for insert to parley_app
  with check (parley.is_run_of(run_no, engagement_id)
    and side = parley.engagement_side(engagement_id)
    and organisation_id = (select parley.actor_organisation())
    and person_id = (select parley.actor_person()));

create policy seen_with_the_run on parley.verdict for select to parley_app
  using (run_no in (select r.no from parley.evaluation_run r));
create policy evaluators_give on parley.verdict for insert to parley_app
  with check (parley.is_run_of(run_no, engagement_id)
    and engagement_id in (select parley.engagements_evaluated())
    and person_id = (select parley.actor_person()));

create policy both_sides_see on parley.technique for select to parley_app
  using (engagement_id in (select parley.engagements_seen()));
create policy evaluators_record on parley.technique for insert to parley_app
  with check (engagement_id in (select parley.engagements_evaluated())
    and organisation_id = (select parley.actor_organisation())
    and person_id = (select parley.actor_person()));

create policy the_cleared_of_the_desk_see on parley.classification_policy for select to parley_app
  using ((select parley.actor_is_system())
    or (((select parley.actor_may('offer')) or (select parley.actor_may('evaluate'))
        or (select parley.actor_may('administer')))
      and label_id in (select l.id from parley.visible_labels() l)));
create policy administrators_publish on parley.classification_policy for insert to parley_app
  with check ((select parley.actor_may('administer'))
    and published_by = (select parley.actor_person())
    and label_id in (select l.id from parley.visible_labels() l));

-- It tells thresholds, which may be classified higher than what was agreed.
create policy both_sides_see_if_cleared on parley.policy_reading for select to parley_app
  using (engagement_id in (select parley.engagements_seen())
    and policy_number in (select p.number from parley.classification_policy p));
create policy system_reads on parley.policy_reading for insert to parley_app
  with check ((select parley.actor_is_system()));
