-- lock: none   breaking: no   why: a search stops at so many reports, so the planner takes reading the
-- whole table for cheap where it believes that many match; few do, and a million rows were read.
alter function parley.correlation_near set enable_seqscan = off;
