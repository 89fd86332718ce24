-- The name somebody wants to be thanked under, sealed, so that a list need not open the whole report for it. Cases
-- from before have none here: their first event is asked.
ALTER TABLE cases ADD COLUMN credit BYTEA;
