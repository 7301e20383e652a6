-- lock: long on a large instance (rewrites the table of decisions)   breaking: yes (the API names
--   a decision by its id, and no longer by its number)
-- why: a number that counts decisions tells whoever sees two of them how many were made between,
-- also of cases that they may not know of.

/** What a decision is called outside: 122 random bits. Newer ones are named by the product. */
alter table parley.case_event add column id text not null
  default 'event_' || replace(gen_random_uuid()::text, '-', '');
alter table parley.case_event add constraint event_is_named_once unique (id);
