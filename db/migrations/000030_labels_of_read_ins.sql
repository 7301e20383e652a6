-- lock: none   breaking: no
-- why: a full read-in shows a case whose sharing its reader is not cleared for; its marking has to
-- be shown with it, or it is not shown at all.

-- The labels of the cases that the actor is read in to as a whole.
create function parley.labels_read_into() returns setof parley.label
  language plpgsql stable security definer rows 5 set search_path = parley, pg_temp as $$
begin
  return query select l.* from parley.cases_read_into('full') as r (id)
    join parley.vulnerability_case c on c.id = r.id
    join parley.label l on l.id = c.label_id;
end $$;
alter function parley.labels_read_into() owner to parley_keeper;
revoke all on function parley.labels_read_into() from public;
grant execute on function parley.labels_read_into() to parley_app;
