-- The first schema. {{serial}} is the database's own ascending number as primary key,
-- {{sequence}} such a number without an index.
-- Instants are microseconds since 1970 in UTC, 0 for none. Truth values are 0 and 1.
-- What is only read back whole is a JSON document in "body"; what is asked for has a column.

-- Numbers that must have no gaps: taken in the transaction that uses them.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('incident', 0), ('rca', 0), ('probe', 0);

-- Accepted events. state: 0 waits, 1 done (kept for its key), 2 dead.
CREATE TABLE events (
    seq          {{sequence}},
    key          TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    at           BIGINT NOT NULL,
    body         TEXT NOT NULL,
    state        SMALLINT NOT NULL DEFAULT 0,
    until        BIGINT NOT NULL DEFAULT 0,
    failures     INTEGER NOT NULL DEFAULT 0,
    reason       TEXT NOT NULL DEFAULT '',
    settled      BIGINT NOT NULL DEFAULT 0
);
-- NextEvent, LastMessage, OpenThreads. The one index, besides that of the keys,
-- that is written before a platform hears that we have its event.
CREATE INDEX events_waiting ON events (at, seq) WHERE state = 0;
-- NextWake.
CREATE INDEX events_until ON events (until) WHERE state = 0 AND until > 0;
-- ForgetEvents.
CREATE INDEX events_settled ON events (settled) WHERE state = 1;
-- Backlog.
CREATE INDEX events_dead ON events (seq) WHERE state = 2;

-- The newest message of each channel and thread whose event is settled.
CREATE TABLE cursors (
    platform TEXT NOT NULL,
    channel  TEXT NOT NULL,
    thread   TEXT NOT NULL,
    at       BIGINT NOT NULL,
    message  TEXT NOT NULL,
    PRIMARY KEY (platform, channel, thread)
);

-- Deliveries. state: 0 waits, 1 is being sent, 2 sent, 3 dead. afloat: the
-- platform may have it without our knowing the message's id.
CREATE TABLE deliveries (
    id              {{serial}},
    key             TEXT NOT NULL UNIQUE,
    conversation    TEXT NOT NULL,
    kind            TEXT NOT NULL,
    platform        TEXT NOT NULL,
    channel         TEXT NOT NULL,
    thread_delivery BIGINT NOT NULL,
    target_delivery BIGINT NOT NULL,
    target_message  TEXT NOT NULL,
    body            TEXT NOT NULL,
    state           SMALLINT NOT NULL DEFAULT 0,
    until           BIGINT NOT NULL DEFAULT 0,
    attempt         INTEGER NOT NULL DEFAULT 0,
    doubtful        SMALLINT NOT NULL DEFAULT 0,
    afloat          SMALLINT NOT NULL DEFAULT 0,
    holder          TEXT NOT NULL DEFAULT '',
    lease_until     BIGINT NOT NULL DEFAULT 0,
    reason          TEXT NOT NULL DEFAULT '',
    settled         BIGINT NOT NULL DEFAULT 0,
    receipt_channel TEXT NOT NULL DEFAULT '',
    receipt_message TEXT NOT NULL DEFAULT ''
);
-- ClaimDeliveries: the head of each conversation, and whether one is under way.
CREATE INDEX deliveries_waiting ON deliveries (conversation, id) WHERE state < 2;
CREATE INDEX deliveries_sending ON deliveries (conversation) WHERE state = 1;
-- NextWake.
CREATE INDEX deliveries_until ON deliveries (until) WHERE state = 0 AND until > 0;
-- Enqueue: an update of the same target that waits.
CREATE INDEX deliveries_updates ON deliveries (conversation, target_delivery, target_message)
    WHERE state = 0 AND kind = 'update';
-- Unsettled.
CREATE INDEX deliveries_afloat ON deliveries (platform, channel) WHERE afloat = 1;
-- DeadDeliveries.
CREATE INDEX deliveries_dead ON deliveries (settled, id) WHERE state = 3;

CREATE TABLE timers (
    id       {{serial}},
    due      BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    incident BIGINT NOT NULL,
    subject  TEXT NOT NULL,
    UNIQUE (kind, incident, subject)
);
-- TakeTimer, NextWake, Timers.
CREATE INDEX timers_due ON timers (due, id);
-- CancelTimers, Timers of one incident.
CREATE INDEX timers_incident ON timers (incident, due, id);

-- Incidents. open: work is owed. heard: its thread is still listened to.
CREATE TABLE incidents (
    number      BIGINT PRIMARY KEY,
    customer    TEXT NOT NULL,
    team        TEXT NOT NULL,
    owner       TEXT NOT NULL,
    status      TEXT NOT NULL,
    open        SMALLINT NOT NULL,
    heard       SMALLINT NOT NULL,
    platform    TEXT NOT NULL,
    channel     TEXT NOT NULL,
    root        TEXT NOT NULL,
    reported_at BIGINT NOT NULL,
    body        TEXT NOT NULL
);
-- Incidents, by what is asked most.
CREATE INDEX incidents_open ON incidents (number) WHERE open = 1;
CREATE INDEX incidents_customer ON incidents (customer, number);
CREATE INDEX incidents_team ON incidents (team, number);
CREATE INDEX incidents_owner ON incidents (owner, number) WHERE owner <> '';
CREATE INDEX incidents_reported ON incidents (reported_at);
-- OpenThreads.
CREATE INDEX incidents_heard ON incidents (platform, channel) WHERE heard = 1;

CREATE TABLE entries (
    seq      {{serial}},
    incident BIGINT NOT NULL REFERENCES incidents (number),
    at       BIGINT NOT NULL,
    recorded BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    actor    TEXT NOT NULL,
    text     TEXT NOT NULL,
    value    TEXT NOT NULL,
    old      TEXT NOT NULL,
    message  TEXT NOT NULL
);
-- History, Histories, DropEntries, EraseEntries.
CREATE INDEX entries_incident ON entries (incident, at, seq);

-- What people and the bot said. MessageAt by the primary key.
CREATE TABLE messages (
    platform TEXT NOT NULL,
    channel  TEXT NOT NULL,
    id       TEXT NOT NULL,
    thread   TEXT NOT NULL,
    author   TEXT NOT NULL,
    staff    SMALLINT NOT NULL,
    at       BIGINT NOT NULL,
    text     TEXT NOT NULL,
    incident BIGINT NOT NULL,
    delivery BIGINT NOT NULL,
    purpose  TEXT NOT NULL,
    deleted  SMALLINT NOT NULL,
    edited   BIGINT NOT NULL,
    PRIMARY KEY (platform, channel, id)
);
-- LastIncidentMessageBy.
CREATE INDEX messages_author ON messages (platform, channel, author, at, id) WHERE incident > 0;

CREATE TABLE rcas (
    number     BIGINT PRIMARY KEY,
    incident   BIGINT NOT NULL REFERENCES incidents (number),
    running    SMALLINT NOT NULL,
    platform   TEXT NOT NULL,
    channel    TEXT NOT NULL,
    root       BIGINT NOT NULL,
    body       TEXT NOT NULL
);
-- RCAOf.
CREATE INDEX rcas_incident ON rcas (incident, number);
-- OpenThreads.
CREATE INDEX rcas_running ON rcas (platform, channel) WHERE running = 1;

CREATE TABLE audit (
    id     {{serial}},
    at     BIGINT NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
