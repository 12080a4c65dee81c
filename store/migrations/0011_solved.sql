-- Which incidents are to be found as past ones, or were once. What is committed
-- later has a greater revision, as with articles; what was solved before this
-- table was there has none. MarkSolved, SolvedBefore by the primary key.
INSERT INTO counters (name, value) VALUES ('solved', 0);
CREATE TABLE solved (
    number   BIGINT PRIMARY KEY,
    revision BIGINT NOT NULL
);
INSERT INTO solved (number, revision) SELECT number, 0 FROM incidents WHERE status IN ('resolved', 'closed');
-- SolvedSince.
CREATE INDEX solved_revision ON solved (revision);
