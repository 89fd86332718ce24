-- Words of a report that is not sent yet, sealed under the key that becomes the key of the case.
ALTER TABLE drafts ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE drafts ADD COLUMN body BYTEA;
-- Keyed hash of the code to come back to it.
ALTER TABLE drafts ADD COLUMN code BYTEA;
-- Keyed hash of day and network: counts drafts, names nobody.
ALTER TABLE drafts ADD COLUMN place BYTEA;
CREATE UNIQUE INDEX drafts_by_code ON drafts (code) WHERE code IS NOT NULL;
CREATE INDEX drafts_by_place ON drafts (place) WHERE place IS NOT NULL;
