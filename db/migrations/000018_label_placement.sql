-- lock: brief (columns and constraints of small tables; a function is replaced)
-- breaking: no   why: what is stored is found again within one label, so that nothing that is said
-- of a report depends on reports of another label; the same flaw under two labels is a link.

/** The labels under which reports are stored that can be compared with. */
create table parley.correlation_label (
  label_id integer primary key references parley.label,
  /** Whether there is more than results of scanners. */
  holds_others boolean not null
);
insert into parley.correlation_label
  select label_id, bool_or(domain <> 'scan') from parley.correlation_profile group by label_id;






/**
 * Reports that are still to be compared with those of other labels, and to be indexed under their
 * own where it is not that of their index any more.
 */
create table parley.correlation_across (
  report_no bigint primary key references parley.report,
  is_relabelled boolean not null default false
);

do $$
declare
  one text;
begin
  foreach one in array array['correlation_label', 'correlation_across'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_app, parley_keeper', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('create policy system_alone on parley.%I for all to parley_app using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()))', one);
  end loop;
end $$;

/**
 * For each asker (its keys are those up to its offset) the stored reports of a label that share one
 * of its keys, and which. The numbers of one label are not those of another; two that are equal by
 * chance are told apart by the label. A function of the keeper, because row-level security keeps
 * the operator && from its index; it answers nothing to anybody but the product itself.
 */
create function parley.correlation_near(of_label integer, by_text boolean, keys integer[],
    ends integer[], at_most integer, but_results boolean)
  returns table (asker integer, report_no bigint, shared integer[])
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  own integer[];
  start integer := 1;
begin
  if not parley.actor_is_system() then return; end if;
  for one in 1 .. coalesce(array_length(ends, 1), 0) loop
    own := keys[start : ends[one]];
    start := ends[one] + 1;
    if by_text then
      return query select one - 1, p.report_no, p.text operator(parley.&) own
        from parley.correlation_profile p
        where p.text && own and p.label_id = of_label and (not but_results or p.domain <> 'scan')
        limit at_most;
    else
      return query select one - 1, p.report_no, p.scan operator(parley.&) own
        from parley.correlation_profile p where p.scan && own and p.label_id = of_label
        limit at_most;
    end if;
  end loop;
end $$;
alter function parley.correlation_near(integer, boolean, integer[], integer[], integer, boolean)
  owner to parley_keeper;
revoke all on function
  parley.correlation_near(integer, boolean, integer[], integer[], integer, boolean) from public;
grant execute on function
  parley.correlation_near(integer, boolean, integer[], integer[], integer, boolean) to parley_app;
drop function parley.correlation_near(boolean, integer[], integer[], integer, boolean);

alter table parley.suggestion drop constraint suggestion_kind_is_known;
alter table parley.suggestion add constraint suggestion_kind_is_known
  check (kind in ('merge', 'split', 'link'));

/** A report whose label changes leaves the index of the old one, and is indexed anew. */
create function parley.relabelled_report_is_indexed_anew() returns trigger
  language plpgsql security definer set search_path = parley, pg_temp as $$
begin
  delete from parley.correlation_profile p using changed c join replaced r on r.no = c.no
    where p.report_no = c.no and c.label_id <> r.label_id;
  delete from parley.correlation_equal e using changed c join replaced r on r.no = c.no
    where e.report_no = c.no and c.label_id <> r.label_id;
  insert into parley.correlation_across
    select c.no, true from changed c join replaced r on r.no = c.no
    join parley.case_report cr on cr.report_no = c.no
    where c.label_id <> r.label_id on conflict (report_no) do update set is_relabelled = true;
  return null;
end $$;
alter function parley.relabelled_report_is_indexed_anew owner to parley_keeper;
revoke all on function parley.relabelled_report_is_indexed_anew from public;
create trigger relabelled_report_is_indexed_anew after update on parley.report
  referencing old table as replaced new table as changed for each statement
  execute function parley.relabelled_report_is_indexed_anew();

-- Reports are numbered before they are stored: whoever hands one in may not be shown it.
grant usage on sequence parley.report_no_seq to parley_app;

/**
 * The label of what an organisation hands in without naming one: its own setting, else that of the
 * instance, else the common label. A setting that names no label is the strictest.
 */
create function parley.usual_label(of_organisation text) returns integer
  language plpgsql stable security definer set search_path = parley, pg_temp as $$
declare
  wanted jsonb;
begin
  select s.value into wanted from parley.setting s
    where s.name in ('label.default', 'label.default:' || of_organisation)
      and s.value <> 'null'::jsonb
    order by length(s.name) desc limit 1;
  if not found then return 1; end if;
  return coalesce((select l.id from parley.label l
    where l.digest = (parley.label_of(wanted)).digest), 0);
end $$;
alter function parley.usual_label owner to parley_keeper;
revoke all on function parley.usual_label from public;
grant execute on function parley.usual_label to parley_app;

/**
 * What the submitter of a report may know of its case: how it stands, when it began and how grave
 * it is, never what other reports of it say. Of a case that the submitter may not be shown it knows
 * nothing, so that a guess of what is known answers as anything that is new does.
 */
create or replace function parley.submission_of_receipt(asked text)
  returns table (received_at timestamptz, joined_at timestamptz, aside text, how text,
    case_id text, title text, status text, verdict text, severity text, evidence text,
    first_reported_at timestamptz, wait_until text, is_first boolean)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.received_at, cr.joined_at, r.aside, case when c.id is not null then cr.how end, c.id,
    c.title, c.status, c.verdict, c.severity, c.evidence, c.first_reported_at, c.hold ->> 'until',
    not exists (select 1 from parley.case_report o
      where o.case_id = c.id and o.report_no < cr.report_no)
  from parley.report r
  left join parley.case_report cr on cr.report_no = r.no
  left join parley.vulnerability_case c on c.id = cr.case_id and (parley.actor_is_system()
    or c.label_id in (select l.id from parley.visible_labels() l))
  where r.receipt = asked
    and (r.organisation_id = parley.actor_follows() or (parley.actor_may('read')
      and (parley.actor_is_system()
        or r.label_id in (select l.id from parley.visible_labels() l))))
$$;

/**
 * The findings of an import in order, with the case of each, for those who may see the import. Of
 * cases that they may not be shown each finding is as one that is new.
 */
create or replace function parley.import_rows(asked text, after_ordinal bigint, at_most integer)
  returns table (ordinal bigint, receipt text, title text, outcome text, case_id text)
  language sql stable security definer set search_path = parley, pg_temp as $$
  with wanted as (
    select no from parley.bulk_import where id = asked
      and (organisation_id = parley.actor_follows() or (parley.actor_may('read')
        and (parley.actor_is_system()
          or label_id in (select l.id from parley.visible_labels() l))))
  ), found as (
    (select r.ordinal, r.no, null::text as known from parley.report r, wanted w
      where r.import_no = w.no and r.ordinal > after_ordinal
      order by r.ordinal limit at_most)
    union all
    (select k.ordinal, k.report_no, k.outcome from parley.import_known k, wanted w
      where k.import_no = w.no and k.ordinal > after_ordinal
      order by k.ordinal limit at_most)
  ), shown as materialized (select l.id from parley.visible_labels() l)
  select f.ordinal, r.receipt, r.title,
    case when f.known is not null then f.known
      when r.aside is not null then 'aside'
      when cr.report_no is null then 'waiting'
      when cr.how = 'first' or not is_shown then 'new' else 'duplicate' end,
    case when is_shown then cr.case_id end
  from found f
  join parley.report r on r.no = f.no and (r.organisation_id = parley.actor_follows()
    or parley.actor_is_system() or r.label_id in (select id from shown))
  cross join lateral (select parley.actor_is_system()
    or r.label_id in (select id from shown)) s (is_shown)
  left join parley.case_report cr on cr.report_no = r.no
  order by f.ordinal limit at_most
$$;

/**
 * Whether what has a label may be told where nobody shows who they are, such as by mail or to a
 * webhook of an organisation: only what is shown to whom nobody cleared.
 */
create function parley.may_be_told(label_of_report integer, to_organisation text) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select exists (select 1 from parley.label l where l.id = label_of_report and parley.dominates(
    row(null, to_organisation, 0, 3, '{}', false, true, now(), null)::parley.clearance, l, now()))
$$;
alter function parley.may_be_told owner to parley_keeper;
revoke all on function parley.may_be_told from public;
grant execute on function parley.may_be_told to parley_app;
