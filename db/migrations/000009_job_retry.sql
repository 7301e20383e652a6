-- lock: none (replaces a function)   breaking: no   why: a failed job can be tried again; the old one
-- failed at every call, since its parameter was also the name of a row.

create or replace function parley.retry_job(job uuid) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  of_queue text;
begin
  if not parley.actor_is_staff() then return false; end if;
  -- A bare "job" would also be the row that is updated.
  update pgboss.job set state = 'retry', completed_on = null, start_after = now(),
      retry_limit = retry_count + 1, output = null
    where id = retry_job.job and state = 'failed'
    returning name into of_queue;
  if of_queue is null then return false; end if;
  perform pg_catalog.pg_notify('parley_job', of_queue);
  return true;
end $$;
