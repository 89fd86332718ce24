-- The record of the house: its own events, without those of the cases between them.
CREATE INDEX events_of_house ON events (id) WHERE case_id IS NULL;
