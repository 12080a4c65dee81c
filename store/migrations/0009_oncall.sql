-- Who was told last that they are on call, by the primary key of their schedule: ""
-- when it was said that nobody is. since is the beginning of the time that was
-- told, 0 of nobody's.
CREATE TABLE told_on_call (
    schedule TEXT PRIMARY KEY,
    person   TEXT NOT NULL,
    since    BIGINT NOT NULL
);
