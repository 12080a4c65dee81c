-- Which documents have said who is on call. The one with the highest number was put
-- in force last; of two at once it is the latter by name. RosterInForce by number.
CREATE TABLE rosters (
    document TEXT PRIMARY KEY,
    number   BIGINT NOT NULL
);
CREATE INDEX rosters_number ON rosters (number, document);
