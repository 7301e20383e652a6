-- lock: none (new trigger on a table of its own)   breaking: no   why: live pages hear of an event
-- when its transaction commits, in the order of the commits, and by ids only.

create function parley.tell_live() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_catalog.pg_notify('parley_live',
    new.no || ' ' || new.topic || ' ' || new.ref || ' ' || coalesce(new.organisation_id, ''));
  return null;
end $$;
create trigger live_event_is_told after insert on parley.live_event
  for each row execute function parley.tell_live();

/** How many processes run jobs and correlate. */
create function parley.worker_count() returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from pg_catalog.pg_stat_activity
  where application_name = 'parley-worker' and datname = current_database()
$$;
alter function parley.worker_count owner to parley_keeper;
revoke all on function parley.worker_count from public;
grant execute on function parley.worker_count to parley_app;
