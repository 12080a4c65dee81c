-- deliveries_waiting is for ClaimDeliveries alone, which names its condition. When PostgreSQL
-- takes its statistics hardly anything waits, so it believes that nothing ever does, and
-- in a burst it read all that waits for what deliveries_sending and deliveries_updates
-- lead to. It cannot, where the condition follows from none of theirs.
DROP INDEX deliveries_waiting;
CREATE INDEX deliveries_waiting ON deliveries (platform, conversation, id) WHERE state + 0 < 2;
