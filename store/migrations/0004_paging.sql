-- What is due first goes first. priority: 0, critical, to 4. What an earlier version
-- has set was of incidents of any severity.
ALTER TABLE timers ADD COLUMN priority SMALLINT NOT NULL DEFAULT 1;
-- TakeTimers, NextWake.
DROP INDEX timers_due;
CREATE INDEX timers_turn ON timers (priority, due, id);

-- Deliveries: urgency: the priority of a page, 5 of what is none.
ALTER TABLE deliveries ADD COLUMN urgency SMALLINT NOT NULL DEFAULT 5;
UPDATE deliveries SET urgency = 1 WHERE kind = 'page' AND state < 2;

-- Who works on this database, and until when that is believed, by the database's
-- clock. ClaimDeliveries, Alive.
CREATE TABLE holders (
    name  TEXT PRIMARY KEY,
    until BIGINT NOT NULL
);

-- Proofs of pages. open: it has a message of its own that was neither acted on nor
-- failed.
CREATE TABLE pages (
    id       {{serial}},
    incident BIGINT NOT NULL,
    person   TEXT NOT NULL,
    delivery BIGINT NOT NULL,
    put_into BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    open     SMALLINT NOT NULL,
    body     TEXT NOT NULL
);
-- PagesOf.
CREATE INDEX pages_incident ON pages (incident, id);
-- PagesBetween.
CREATE INDEX pages_at ON pages (at, id);
-- PageBy.
CREATE INDEX pages_delivery ON pages (delivery, id) WHERE put_into = 0 AND delivery > 0;
-- PagesIn.
CREATE INDEX pages_put_into ON pages (put_into, id) WHERE put_into > 0;
-- OpenPage.
CREATE INDEX pages_open ON pages (person, at, id) WHERE open = 1;

-- What people changed of the schedules. Overrides and Absences, by their ends: what
-- is asked for is seldom long past.
CREATE TABLE overrides (
    id     {{serial}},
    starts BIGINT NOT NULL,
    ends   BIGINT NOT NULL,
    body   TEXT NOT NULL
);
CREATE INDEX overrides_ends ON overrides (ends);

CREATE TABLE absences (
    id     {{serial}},
    starts BIGINT NOT NULL,
    ends   BIGINT NOT NULL,
    body   TEXT NOT NULL
);
CREATE INDEX absences_ends ON absences (ends);

-- SwapAt by the primary key.
CREATE TABLE swaps (
    id   {{serial}},
    body TEXT NOT NULL
);

-- The secret addresses of calendars. Feed by the primary key, FeedOwner by the other.
-- A secret is kept as it is, to be shown again: what it opens, a person's shifts, is
-- in this database anyway, and asking for a new one makes a leaked one void.
CREATE TABLE feeds (
    person TEXT PRIMARY KEY,
    secret TEXT NOT NULL UNIQUE
);
