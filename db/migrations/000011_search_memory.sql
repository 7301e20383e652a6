-- lock: none   breaking: no   why: the bitmap of a word that a hundred thousand cases have does not
-- fit the 4 MB of a default server; it forgets rows then and reads whole pages again.
alter function parley.find_cases(jsonb, integer, integer) set work_mem = '32MB';
alter function parley.case_kinds(jsonb, integer) set work_mem = '32MB';
