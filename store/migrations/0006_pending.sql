-- What the watchman looks for: incidents whose escalation has something to do
-- next. Of those that are open it is not known here; each is put right when it
-- is saved next.
ALTER TABLE incidents ADD COLUMN pending SMALLINT NOT NULL DEFAULT 0;
UPDATE incidents SET pending = open;
-- Incidents of a watch.
CREATE INDEX incidents_pending ON incidents (number) WHERE pending = 1;
