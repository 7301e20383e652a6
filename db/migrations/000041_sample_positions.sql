-- A test that may be looked at any time judges tasks in the order that was declared before: a task
-- that is finished early waits for those before it, so that what is quick is not judged first.

/** The place of the task in the declared order of its stratum, from 1. */
alter table parley.evaluation_sample add column position integer
  constraint sample_has_a_place check (position >= 1);
create index evaluation_sample_in_order
  on parley.evaluation_sample (run_no, stratum, position) where position is not null;
