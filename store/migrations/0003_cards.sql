-- Where an incident's card is: its thread is listened to, as the customer's is.
ALTER TABLE incidents ADD COLUMN card_platform TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN card_channel TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN card BIGINT NOT NULL DEFAULT 0; -- a delivery
-- OpenThreads.
CREATE INDEX incidents_cards ON incidents (card_platform, card_channel) WHERE heard = 1;
