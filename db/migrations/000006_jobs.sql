-- lock: none (new functions)   breaking: no   why: the product reaches the job queue only through
-- these: it names a queue and an id, and sees names, ids, states and reasons, never content. The
-- queue's own tables belong to another login, which in turn reaches nothing of the product.

/** Adds a job to a queue, in the transaction of whoever asks: it exists exactly if that commits. */
create function parley.enqueue(queue_name text, ref text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if ref !~ '^[a-zA-Z0-9_:.-]{1,160}$' then
    raise exception 'a job carries an id, not content' using errcode = 'check_violation';
  end if;
  insert into pgboss.job (name, data, priority, start_after, created_on, expire_seconds,
      deletion_seconds, keep_until, retry_limit, retry_delay, retry_backoff, retry_delay_max,
      policy, dead_letter, heartbeat_seconds, blocked, blocking, pending_dependencies)
    select q.name, pg_catalog.jsonb_build_object('ref', ref), 0, now(), now(), q.expire_seconds,
      q.deletion_seconds, now() + q.retention_seconds * interval '1 second', q.retry_limit,
      q.retry_delay, coalesce(q.retry_backoff, false), q.retry_delay_max, q.policy, q.dead_letter,
      q.heartbeat_seconds, false, false, 0
    from pgboss.queue q where q.name = queue_name;
  if not found then
    raise exception 'there is no queue %', queue_name using errcode = 'undefined_object';
  end if;
  perform pg_catalog.pg_notify('parley_job', queue_name);
end $$;

/** The newest jobs, for those who run the instance; nobody else sees any. */
create function parley.job_list(of_queue text, in_states text[], at_most integer)
  returns table (id uuid, queue text, ref text, state text, attempts integer, why text,
    created_at timestamptz, started_at timestamptz, finished_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not parley.actor_is_staff() then return; end if;
  return query
    select j.id, j.name::text, coalesce(j.data ->> 'ref', ''), j.state::text, j.retry_count,
      left(coalesce(j.output ->> 'why', j.output ->> 'message', j.output #>> '{value,message}'), 500),
      j.created_on, j.started_on, j.completed_on
    from pgboss.job j
    where (of_queue is null or j.name = of_queue)
      and (in_states is null or j.state::text = any (in_states))
      and left(j.name, 2) <> '__'
    order by j.created_on desc, j.id limit least(at_most, 500);
end $$;

create function parley.job_counts()
  returns table (queue text, waiting bigint, running bigint, failed bigint)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not parley.actor_is_staff() then return; end if;
  return query
    select j.name::text, count(*) filter (where j.state::text in ('created', 'retry')),
      count(*) filter (where j.state::text = 'active'),
      count(*) filter (where j.state::text = 'failed')
    from pgboss.job j where left(j.name, 2) <> '__' group by j.name;
end $$;

/** Puts a failed job back into its queue; false when it is not there or has not failed. */
create function parley.retry_job(job uuid) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  of_queue text;
begin
  if not parley.actor_is_staff() then return false; end if;
  update pgboss.job set state = 'retry', completed_on = null, start_after = now(),
      retry_limit = retry_count + 1, output = null
    where id = job and state = 'failed'
    returning name into of_queue;
  if of_queue is null then return false; end if;
  perform pg_catalog.pg_notify('parley_job', of_queue);
  return true;
end $$;

alter function parley.enqueue owner to parley_keeper;
alter function parley.job_list owner to parley_keeper;
alter function parley.job_counts owner to parley_keeper;
alter function parley.retry_job owner to parley_keeper;
revoke all on function parley.enqueue, parley.job_list, parley.job_counts, parley.retry_job
  from public;
grant execute on function parley.enqueue, parley.job_list, parley.job_counts, parley.retry_job
  to parley_app;
