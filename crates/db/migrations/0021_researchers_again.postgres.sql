-- A second factor for researchers, if they want one: columns as those of people, sealed under their person key.
ALTER TABLE researchers ADD COLUMN totp BYTEA;
ALTER TABLE researchers ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;

-- A letter to an address that is nobody's by itself goes when the account of that mailbox is erased: a keyed hash.
ALTER TABLE letters ADD COLUMN mailbox BYTEA;
CREATE INDEX letters_by_mailbox ON letters (mailbox) WHERE mailbox IS NOT NULL;
