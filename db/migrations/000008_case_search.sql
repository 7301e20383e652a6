-- lock: brief (an index on a table that is empty when the product is new)   breaking: no
-- why: how many suggestions were decided today.
create index suggestion_decided on parley.suggestion (decided_at) where decided_at is not null;
