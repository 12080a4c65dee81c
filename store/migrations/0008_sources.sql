-- What people were told of a source of articles, by the primary key.
CREATE TABLE kb_sources (
    name TEXT PRIMARY KEY,
    told TEXT NOT NULL
);
