-- Who was told last that they are on call, by the primary key of their schedule: ""
-- when it was said that nobody is. since is the beginning of the time that was
-- told, 0 of nobody's.
CREATE TABLE told_on_call (
    schedule TEXT PRIMARY KEY,
    person   TEXT NOT NULL,
    since    BIGINT NOT NULL
);

-- Breaches from a time in which nobody was there, of which a team's channel is still
-- to be told in one message. TakeMissed by the primary key. own: 1 of the team's own target.
CREATE TABLE missed (
    team     TEXT NOT NULL,
    incident BIGINT NOT NULL,
    clock    TEXT NOT NULL,
    cycle    BIGINT NOT NULL,
    own      SMALLINT NOT NULL,
    due      BIGINT NOT NULL,
    PRIMARY KEY (team, incident, clock, cycle, own)
);
