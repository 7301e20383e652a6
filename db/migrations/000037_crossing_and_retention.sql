-- lock: brief (a document's content may be missing; two policies of approvals)   breaking: no
-- why: a verdict leaves for an instance of lower classification when two people of its evaluator let
-- it, and is taken there by the signatures of keys that an administrator trusts. And what evaluators
-- may keep for so many days is gone when those days are over, without anybody doing anything.

/** What crossed: fixed words, hashes, a number and a day, signed for the two who let it. */
create table parley.verdict_bundle (
  no bigint generated always as identity primary key,
  verdict_id text not null unique references parley.verdict (id),
  engagement_id text not null references parley.engagement (id),
  capability text not null,
  /** Later bundles about an engagement have higher numbers. */
  number integer not null constraint bundle_number_is_bounded check (number between 1 and 999999),
  approval_id text not null references parley.approval,
  asked_by text not null references parley.person,
  granted_by text not null references parley.person,
  made_at timestamptz not null,
  sha256 text not null constraint bundle_has_a_digest check (sha256 ~ '^[0-9a-f]{64}$'),
  /** The signed bundle, sealed. */
  content bytea not null,
  /** The salts that stay behind, sealed with the keys of the run: they go with what they open. */
  opening bytea not null,
  constraint no_one_lets_it_out_alone check (asked_by <> granted_by),
  constraint bundles_are_numbered unique (engagement_id, capability, number)
);

/** Whose signatures count for bundles that are taken here. */
create table parley.verdict_key (
  /** SHA-256 of the public key in DER, hexadecimal. */
  id text primary key constraint verdict_key_is_named_by_its_digest check (id ~ '^[0-9a-f]{64}$'),
  pem text not null,
  /** Who holds it, and where, in the administrator's words. */
  holder text not null,
  trusted_at timestamptz not null,
  trusted_by text not null references parley.person,
  ended_at timestamptz,
  ended_by text references parley.person,
  constraint ended_key_is_ended_by_somebody check ((ended_at is null) = (ended_by is null))
);
-- Two keys of one holder would be two signers.
create unique index verdict_key_is_one_of_a_holder on parley.verdict_key (lower(holder))
  where ended_at is null;

/** Verdicts that were taken here from an instance of higher classification. */
create table parley.crossed_verdict (
  no bigint generated always as identity primary key,
  id text not null unique,
  sha256 text not null unique,
  /** The digest of the proposal that both sides accepted there. */
  engagement_sha256 text not null,
  capability text not null,
  number integer not null,
  /** The whole envelope as it came, byte for byte. */
  content text not null constraint crossed_is_small check (octet_length(content) <= 8192),
  taken_at timestamptz not null,
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  constraint crossed_is_numbered unique (engagement_sha256, capability, number)
);
create index crossed_verdict_of on parley.crossed_verdict (organisation_id, no);

/** Until when the terms let evaluators keep what they hold, and when that was told. */
create table parley.engagement_retention (
  engagement_id text not null references parley.engagement (id),
  part text not null constraint retained_part_is_known check (part in ('transcripts', 'results')),
  due_at timestamptz not null,
  /** When both sides were told, and what the instance keeps was destroyed where the terms say so. */
  passed_at timestamptz,
  primary key (engagement_id, part),
  constraint nothing_passes_early check (passed_at >= due_at)
);
create index engagement_retention_due on parley.engagement_retention (due_at)
  where passed_at is null;
create index engagement_ended on parley.engagement (closed_at) where closed_at is not null;

-- What is shown of a verdict, sealed with the keys of its run, so that a list of verdicts reads no
-- records. Of verdicts from before it is worked out from the record.
alter table parley.verdict add column numbers bytea;

alter table parley.engagement_document alter column content drop not null;
alter table parley.engagement_document add column destroyed_at timestamptz;
alter table parley.engagement_document add constraint document_is_there_or_destroyed
  check ((content is null) = (destroyed_at is not null));

do $$
declare
  one text;
begin
  foreach one in array array['verdict_bundle', 'verdict_key', 'crossed_verdict',
    'engagement_retention'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('grant select, insert on parley.%I to parley_app', one);
  end loop;
end $$;
grant update (ended_at, ended_by) on parley.verdict_key to parley_app;
grant update (passed_at) on parley.engagement_retention to parley_app;
grant update (content, destroyed_at) on parley.engagement_document to parley_app;

create policy seen_with_the_verdict on parley.verdict_bundle for select to parley_app
  using (verdict_id in (select v.id from parley.verdict v));
create policy system_makes on parley.verdict_bundle for insert to parley_app
  with check ((select parley.actor_is_system()));

create policy who_takes_and_who_trusts_see on parley.verdict_key for select to parley_app
  using ((select parley.actor_is_system()) or (select parley.actor_may('evaluate'))
    or (select parley.actor_may('administer')));
create policy administrators_trust on parley.verdict_key for insert to parley_app
  with check ((select parley.actor_may('administer'))
    and trusted_by = (select parley.actor_person()) and ended_at is null);
create policy administrators_end on parley.verdict_key for update to parley_app
  using ((select parley.actor_may('administer')))
  with check (ended_by = (select parley.actor_person()));

create policy evaluators_see_what_they_took on parley.crossed_verdict for select to parley_app
  using ((select parley.actor_is_system()) or ((select parley.actor_may('evaluate'))
    and organisation_id = (select parley.actor_organisation())));
create policy evaluators_take on parley.crossed_verdict for insert to parley_app
  with check ((select parley.actor_may('evaluate'))
    and organisation_id = (select parley.actor_organisation())
    and person_id = (select parley.actor_person()));

create policy both_sides_see on parley.engagement_retention for select to parley_app
  using (engagement_id in (select parley.engagements_seen()));
create policy system_counts on parley.engagement_retention for insert to parley_app
  with check ((select parley.actor_is_system()) and passed_at is null);
create policy system_passes on parley.engagement_retention for update to parley_app
  using ((select parley.actor_is_system()));

create policy system_destroys on parley.engagement_document for update to parley_app
  using ((select parley.actor_is_system())) with check (content is null);

-- That a verdict is to leave is told to those who evaluate it, and granted by one of them.
create policy verdicts_leaving_are_shown_to_who_evaluates on parley.approval as restrictive
  for select to parley_app using (kind <> 'verdict.export-down' or (select parley.actor_is_system())
    or (select parley.actor_may('audit')) or subject in (select v.id from parley.verdict v
      where v.engagement_id in (select parley.engagements_evaluated())));
create policy verdicts_leaving_are_decided_by_who_evaluates on parley.approval as restrictive
  for update to parley_app using (kind <> 'verdict.export-down'
    or (select parley.actor_is_system()) or subject in (select v.id from parley.verdict v
      where v.engagement_id in (select parley.engagements_evaluated())));

/** What crossed and whom one trusted stays as it is. */
create function parley.verdict_key_stays() returns trigger
  language plpgsql set search_path = parley, pg_temp as $$
begin
  if old.ended_at is not null then
    raise exception 'a key that is not trusted any more stays so'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger stays before update on parley.verdict_key
  for each row execute function parley.verdict_key_stays();
