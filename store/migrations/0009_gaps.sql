-- Groups of questions that found no article, as people were shown them. key: tells its questions. dismissed: when
-- somebody said that it is no gap, 0 while nobody has.
CREATE TABLE kb_gaps (
    id        {{serial}},
    key       TEXT NOT NULL UNIQUE,
    dismissed BIGINT NOT NULL,
    body      TEXT NOT NULL
);
-- DismissedGaps.
CREATE INDEX kb_gaps_dismissed ON kb_gaps (dismissed, id) WHERE dismissed > 0;
