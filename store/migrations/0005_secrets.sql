-- What signs the links that we give out. Secret by the primary key.
CREATE TABLE secrets (
    name   TEXT PRIMARY KEY,
    secret TEXT NOT NULL
);
