-- The knowledge base, what is learned of its use, and the assistant's books.

-- What is committed later has a greater number: who takes one keeps others from
-- theirs until the transaction ends.
INSERT INTO counters (name, value) VALUES ('articles', 0), ('feedback', 0);

-- Articles. public: the version that is published, 0 for none. Article by the
-- primary key.
CREATE TABLE articles (
    id         TEXT PRIMARY KEY,
    state      TEXT NOT NULL,
    source     TEXT NOT NULL,
    translates TEXT NOT NULL,
    incident   BIGINT NOT NULL,
    public     INTEGER NOT NULL,
    revision   BIGINT NOT NULL,
    body       TEXT NOT NULL
);
-- ArticlesSince.
CREATE INDEX articles_revision ON articles (revision);
-- Articles.
CREATE INDEX articles_state ON articles (state, id);
CREATE INDEX articles_source ON articles (source, id) WHERE source <> '';
CREATE INDEX articles_translates ON articles (translates, id) WHERE translates <> '';
CREATE INDEX articles_incident ON articles (incident, id) WHERE incident > 0;

-- ArticleVersion, ArticleVersions by the primary key.
CREATE TABLE article_versions (
    article TEXT NOT NULL,
    n       INTEGER NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (article, n)
);

-- ArticleReads by the primary key.
CREATE TABLE article_reads (
    article TEXT NOT NULL,
    person  TEXT NOT NULL,
    version INTEGER NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (article, person, version)
);
-- PersonsReads.
CREATE INDEX article_reads_person ON article_reads (person, at);

CREATE TABLE kb_searches (
    id       {{serial}},
    incident BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    body     TEXT NOT NULL
);
-- SearchesOf.
CREATE INDEX kb_searches_incident ON kb_searches (incident, id) WHERE incident > 0;
-- Searches: by the primary key from the first of that time.
CREATE INDEX kb_searches_at ON kb_searches (at, id);

CREATE TABLE kb_feedback (
    id       {{serial}},
    article  TEXT NOT NULL,
    revision BIGINT NOT NULL,
    body     TEXT NOT NULL
);
-- FeedbackOf, FeedbackSince.
CREATE INDEX kb_feedback_article ON kb_feedback (article, id);
CREATE INDEX kb_feedback_revision ON kb_feedback (revision, id);

-- Vectors: 32-bit floats, the lowest byte first. Embeddings by the primary key.
CREATE TABLE embeddings (
    model   TEXT NOT NULL,
    dim     INTEGER NOT NULL,
    article TEXT NOT NULL,
    version INTEGER NOT NULL,
    vector  {{bytes}} NOT NULL,
    PRIMARY KEY (model, dim, article)
);

-- The assistant's work. id: made anew for each wish, never used again. due: when it may begin, or until when it is taken.
CREATE TABLE jobs (
    id       BIGINT PRIMARY KEY,
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    incident BIGINT NOT NULL,
    due      BIGINT NOT NULL,
    tries    INTEGER NOT NULL,
    body     TEXT NOT NULL,
    UNIQUE (kind, subject)
);
-- TakeJobs.
CREATE INDEX jobs_due ON jobs (due, id);

-- Calls of the assistant's endpoint.
CREATE TABLE assistant_calls (
    id       {{serial}},
    at       BIGINT NOT NULL,
    customer TEXT NOT NULL,
    tokens   BIGINT NOT NULL,
    cost     DOUBLE PRECISION NOT NULL,
    body     TEXT NOT NULL
);
-- Calls, Spent of all.
CREATE INDEX assistant_calls_at ON assistant_calls (at, id);
-- Spent of a customer.
CREATE INDEX assistant_calls_customer ON assistant_calls (customer, at) WHERE customer <> '';
