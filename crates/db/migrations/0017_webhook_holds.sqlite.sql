-- Until when a receiver asked to be left alone (Retry-After).
ALTER TABLE webhooks ADD COLUMN not_before INTEGER;
