-- lock: brief (columns, indexes of tables that are empty when the product is new)   breaking: no
-- why: the queue is filtered, searched and paged by functions that apply the staff's predicate
-- themselves, because row-level security keeps operators that are not leakproof (`@@`, `@>`) from
-- their indexes (docs/decisions/0005). They answer ids only; rows are then read under the policies.

/**
 * What the sealed payloads of a report count for, known when it is placed: that there are artifacts
 * with which anyone can reproduce, and the word for how grave it is where only they say it.
 */
alter table parley.case_report add column artifacts boolean not null default false;
alter table parley.case_report add column severity text;

create index suggestion_decided on parley.suggestion (decided_at) where decided_at is not null;
create index case_gone on parley.vulnerability_case (rank desc, no)
  where merged_into is null and gone_at is not null;

/**
 * The conditions of a query of the queue, over the cases `c`. Every value is quoted here; `asked`
 * has the members status, severity, verdict, evidence, band (texts), rank_from, rank_below (bytes as
 * hexadecimal), assignee, finder, package, import, seen, words (a tsquery).
 */
create function parley.case_conditions(asked jsonb) returns text language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare
  wanted text := 'c.merged_into is null';
  name text;
begin
  foreach name in array array['severity', 'verdict', 'evidence', 'band'] loop
    if asked ? name then
      wanted := wanted || format(' and c.%I = any (%L::text[])', name,
        array(select jsonb_array_elements_text(asked -> name)));
    end if;
  end loop;
  if asked ? 'rank_from' then
    wanted := wanted || format(' and c.rank >= %L::bytea and c.rank < %L::bytea',
      '\x' || (asked ->> 'rank_from'), '\x' || (asked ->> 'rank_below'));
  end if;
  if asked ? 'assignee' then
    wanted := wanted || case when asked ->> 'assignee' = '' then ' and c.assignee_id is null'
      else format(' and c.assignee_id = %L', asked ->> 'assignee') end;
  end if;
  if asked ? 'seen' then
    wanted := wanted || case when asked ->> 'seen' = 'gone' then ' and c.gone_at is not null'
      else ' and c.gone_at is null' end;
  end if;
  if asked ? 'finder' then
    wanted := wanted || format(' and c.finders @> array[%L]', asked ->> 'finder');
  end if;
  if asked ? 'package' then
    wanted := wanted || format(' and c.packages @> array[%L]', asked ->> 'package');
  end if;
  if asked ? 'import' then
    wanted := wanted || format(' and c.id in (select cr.case_id from parley.report r
      join parley.case_report cr on cr.report_no = r.no where r.import_no =
        (select i.no from parley.bulk_import i where i.id = %L))', asked ->> 'import');
  end if;
  if asked ? 'words' then
    wanted := wanted || format(' and c.search @@ %L::tsquery', asked ->> 'words');
  end if;
  return wanted;
end $$;

/**
 * The next cases of a list, in its order, behind the place that `asked.after` names. A list is put
 * together from a list for each status (for each severity, where that is the order), each of which
 * an index holds in order. Relevance is worked out where at most `ranked_max` cases match; words
 * that are in more tell them apart no more than the order of the queue does.
 */
create function parley.find_cases(asked jsonb, at_most integer, ranked_max integer)
  returns table (id text, no bigint, rank bytea, severity text, reports integer, score real,
    matched bigint)
  language plpgsql stable security definer set search_path = parley, pg_temp as $$
declare
  conditions text := parley.case_conditions(asked);
  sort text := coalesce(asked ->> 'sort', 'priority');
  after jsonb := asked -> 'after';
  statuses text[] := case when asked ? 'status'
    then array(select jsonb_array_elements_text(asked -> 'status'))
    else array['open', 'waiting', 'closed'] end;
  severities text[] := array['critical', 'high', 'medium', 'low', 'info', 'unknown'];
  of_status text;
  parts text[] := '{}';
  part text;
  ordering text;
  columns text := 'c.id, c.no, c.rank, c.severity, c.report_count, 0::real, null::bigint';
  matching bigint;
begin
  if not parley.actor_is_staff() then return; end if;
  of_status := format(' and c.status = any (%L::text[])', statuses);
  if sort = 'relevance' then
    execute 'select count(*) from (select 1 from parley.vulnerability_case c where '
      || conditions || of_status || format(' limit %s) m', ranked_max + 1) into matching;
    if matching = 0 then return; end if;
    if matching > ranked_max then
      sort := 'priority';
    else
      part := case when after is null then '' else format(
        ' where s.score < %1$L::real or (s.score = %1$L::real and s.no > %2$L::bigint)',
        after ->> 'score', after ->> 'no') end;
      return query execute format('select * from (
        select c.id, c.no, c.rank, c.severity, c.report_count,
          ts_rank(''{0.05, 0.1, 0.3, 1}'', c.search, %L::tsquery) as score, %s::bigint
        from parley.vulnerability_case c where %s%s) s%s order by s.score desc, s.no limit %s',
        asked ->> 'words', matching, conditions, of_status, part, at_most);
      return;
    end if;
  end if;
  if sort = 'priority' then
    ordering := 'rank desc, no';
    if after is not null then
      conditions := conditions || format(
        ' and c.rank <= %1$L::bytea and (c.rank < %1$L::bytea or c.no > %2$L::bigint)',
        '\x' || (after ->> 'rank'), after ->> 'no');
    end if;
    for part in select unnest(statuses) loop
      parts := parts || format('(select %s from parley.vulnerability_case c where c.status = %L
        and %s order by c.rank desc, c.no limit %s)', columns, part, conditions, at_most);
    end loop;
  elsif sort = 'severity' then
    if after is not null then
      severities := severities[array_position(severities, after ->> 'severity'):];
    end if;
    ordering := format('array_position(%L::text[], severity), rank desc, no', severities);
    for part in select unnest(severities) loop
      parts := parts || format('(select %s from parley.vulnerability_case c where c.severity = %L
        and %s%s%s order by c.rank desc, c.no limit %s)', columns, part, conditions, of_status,
        case when part = after ->> 'severity' then format(
          ' and c.rank <= %1$L::bytea and (c.rank < %1$L::bytea or c.no > %2$L::bigint)',
          '\x' || (after ->> 'rank'), after ->> 'no') else '' end, at_most);
    end loop;
  elsif sort = 'reports' then
    ordering := 'report_count desc, no';
    if after is not null then
      conditions := conditions || format(
        ' and c.report_count <= %1$L::int and (c.report_count < %1$L::int or c.no > %2$L::bigint)',
        after ->> 'reports', after ->> 'no');
    end if;
    parts := parts || format('(select %1$s from parley.vulnerability_case c where %2$s%3$s
        and c.report_count > 1 order by c.report_count desc, c.no limit %4$s)',
      columns, conditions, of_status, at_most);
    parts := parts || format('(select %1$s from parley.vulnerability_case c where %2$s%3$s
        and c.report_count <= 1 order by c.no limit %4$s)',
      columns, conditions, of_status, at_most);
  else
    ordering := case sort when 'newest' then 'no desc' else 'no' end;
    if after is not null then
      conditions := conditions || format(' and c.no %s %L::bigint',
        case sort when 'newest' then '<' else '>' end, after ->> 'no');
    end if;
    parts := parts || format('(select %s from parley.vulnerability_case c where %s%s
      order by c.%s limit %s)', columns, conditions, of_status, ordering, at_most);
  end if;
  return query execute format(
    'select u.id, u.no, u.rank, u.severity, u.report_count, u.score, %L::bigint from (%s)
       as u (id, no, rank, severity, report_count, score, matched) order by %s limit %s',
    matching, array_to_string(parts, ' union all '), ordering, at_most);
end $$;

/**
 * How many of the first `at_most` matching cases are of each kind; by `words`, `finder`, `package`
 * and `import` only, for the other filters are applied to what this answers.
 */
create function parley.case_kinds(asked jsonb, at_most integer)
  returns table (status text, verdict text, severity text, band text, evidence text,
    assignee_id text, is_gone boolean, count bigint)
  language plpgsql stable security definer set search_path = parley, pg_temp as $$
begin
  if not parley.actor_is_staff() then return; end if;
  return query execute format(
    'select c.status, c.verdict, c.severity, c.band, c.evidence, coalesce(c.assignee_id, ''''),
       c.gone_at is not null, count(*)
     from (select * from parley.vulnerability_case c where %s limit %s) c group by 1, 2, 3, 4, 5, 6, 7',
    parley.case_conditions(asked - array['status', 'severity', 'verdict', 'evidence', 'band',
      'rank_from', 'rank_below', 'assignee', 'seen']), at_most);
end $$;

alter function parley.find_cases owner to parley_keeper;
alter function parley.case_kinds owner to parley_keeper;
revoke all on function parley.find_cases, parley.case_kinds from public;
grant execute on function parley.find_cases, parley.case_kinds to parley_app;
