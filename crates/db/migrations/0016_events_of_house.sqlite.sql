-- The record of the house: its own events, without those of the cases between them. The case, which is always null
-- here, stands in front, so that the unique index of cases is not taken instead.
CREATE INDEX events_of_house ON events (case_id, id) WHERE case_id IS NULL;
