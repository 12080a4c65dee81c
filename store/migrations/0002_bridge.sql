-- What joins several platforms: people met on them, copies of what was said, files.
-- {{bytes}} is the database's own type for bytes; the rest is as in the first.

-- People whom the configuration does not name. ContactAt by the primary key.
CREATE TABLE contacts (
    platform TEXT NOT NULL,
    id       TEXT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (platform, id)
);

-- Messages of ours that carry what was said elsewhere. CopyBy by the primary key.
CREATE TABLE copies (
    delivery BIGINT PRIMARY KEY,
    platform TEXT NOT NULL,
    channel  TEXT NOT NULL,
    message  TEXT NOT NULL,
    incident BIGINT NOT NULL,
    author   TEXT NOT NULL,
    customer SMALLINT NOT NULL,
    notice   BIGINT NOT NULL
);
-- CopiesOf.
CREATE INDEX copies_original ON copies (platform, channel, message, delivery) WHERE message <> '';

-- Attachments. hash: the content that the file keeps, '' when it keeps none.
CREATE TABLE files (
    id       {{serial}},
    incident BIGINT NOT NULL REFERENCES incidents (number),
    platform TEXT NOT NULL,
    channel  TEXT NOT NULL,
    message  TEXT NOT NULL,
    at       BIGINT NOT NULL,
    hash     TEXT NOT NULL,
    body     TEXT NOT NULL
);
-- FilesOf.
CREATE INDEX files_incident ON files (incident, at, id);
-- FilesWith.
CREATE INDEX files_message ON files (platform, channel, message, at, id) WHERE message <> '';
-- SaveFile and ForgetFiles: whether any other keeps the content.
CREATE INDEX files_hash ON files (hash) WHERE hash <> '';

-- Contents, each once. hash: '' while it is written, and when it is thrown
-- away. held: how many puts of it no file has taken up yet; one that has no hash
-- is held once, so that the sweep finds it. put: when it was put last, 0 when it
-- is thrown away.
CREATE TABLE contents (
    id   {{serial}},
    hash TEXT NOT NULL,
    size BIGINT NOT NULL,
    held INTEGER NOT NULL,
    put  BIGINT NOT NULL
);
-- PutFile, OpenFile, SaveFile.
CREATE UNIQUE INDEX contents_hash ON contents (hash) WHERE hash <> '';
-- ForgetFiles.
CREATE INDEX contents_held ON contents (put) WHERE held > 0;

-- The pieces of the contents, in order from 0: read one at a time, by the primary key.
CREATE TABLE pieces (
    content BIGINT NOT NULL,
    n       INTEGER NOT NULL,
    data    {{bytes}} NOT NULL,
    PRIMARY KEY (content, n)
);

-- Forms that are asked question by question. ExchangeAt by the primary key.
CREATE TABLE exchanges (
    platform TEXT NOT NULL,
    channel  TEXT NOT NULL,
    thread   TEXT NOT NULL,
    person   TEXT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (platform, channel, thread, person)
);

-- ClaimDeliveries steps over platforms first, so that it can leave one out.
DROP INDEX deliveries_waiting;
CREATE INDEX deliveries_waiting ON deliveries (platform, conversation, id) WHERE state < 2;
