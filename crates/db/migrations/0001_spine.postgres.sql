-- The spine. Types: ids are UUIDs, instants are microseconds since 1970 UTC, bytes are sealed
-- unless the column is in the allow-list of plain columns (crates/db/src/plain.rs).

CREATE TABLE meta (
  name  TEXT NOT NULL PRIMARY KEY,
  value BYTEA NOT NULL
);

-- Wrapped keys. Backup writes this table to a file of its own.
CREATE TABLE keys (
  id         UUID NOT NULL PRIMARY KEY,
  kind       BIGINT NOT NULL,
  owner      UUID NOT NULL,
  master     BYTEA NOT NULL,
  wrapped    BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (kind, owner)
);
CREATE INDEX keys_by_master ON keys (master);

CREATE TABLE people (
  id          UUID NOT NULL PRIMARY KEY,
  state       TEXT NOT NULL,
  email_index BYTEA UNIQUE,
  name        BYTEA NOT NULL,
  email       BYTEA NOT NULL,
  password    BYTEA,
  totp        BYTEA,
  totp_step   BIGINT NOT NULL DEFAULT 0,
  version     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL
);

CREATE TABLE grants (
  person     UUID NOT NULL REFERENCES people (id),
  role       BIGINT NOT NULL,
  scope      TEXT NOT NULL,
  scope_id   UUID NOT NULL,
  granted_at BIGINT NOT NULL,
  PRIMARY KEY (person, role, scope, scope_id)
);

CREATE TABLE sessions (
  id         BYTEA NOT NULL PRIMARY KEY,
  public_id  UUID NOT NULL UNIQUE,
  kind       TEXT NOT NULL,
  person     UUID REFERENCES people (id),
  case_id    UUID,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  step_up_at BIGINT
);
CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE links (
  id         BYTEA NOT NULL PRIMARY KEY,
  purpose    TEXT NOT NULL,
  person     UUID REFERENCES people (id),
  body       BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  spent_at   BIGINT
);

CREATE TABLE tokens (
  id         BYTEA NOT NULL PRIMARY KEY,
  public_id  UUID NOT NULL UNIQUE,
  person     UUID NOT NULL REFERENCES people (id),
  mask       BIGINT NOT NULL,
  label      BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT,
  revoked_at BIGINT
);

CREATE TABLE programmes (
  id         UUID NOT NULL PRIMARY KEY,
  slug       TEXT NOT NULL UNIQUE,
  desk       TEXT NOT NULL,
  intake     TEXT NOT NULL,
  body       BYTEA NOT NULL,
  version    BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE cases (
  id               UUID NOT NULL PRIMARY KEY,
  type             TEXT NOT NULL,
  number           BIGINT NOT NULL UNIQUE,
  desk             TEXT NOT NULL,
  programme        UUID NOT NULL REFERENCES programmes (id),
  state            TEXT NOT NULL,
  is_open          BOOLEAN NOT NULL,
  waiting_since    BIGINT,
  severity_claimed BIGINT,
  severity_decided BIGINT,
  outcome          TEXT,
  restricted       BOOLEAN NOT NULL,
  assignee         UUID REFERENCES people (id),
  code_index       BYTEA UNIQUE,
  version          BIGINT NOT NULL,
  received_at      BIGINT NOT NULL,
  updated_at       BIGINT NOT NULL,
  due_at           BIGINT,
  title            BYTEA NOT NULL,
  body             BYTEA NOT NULL,
  held_at          BIGINT,
  erased_at        BIGINT
);
CREATE INDEX cases_by_due ON cases (is_open, due_at, id);
CREATE INDEX cases_by_update ON cases (updated_at, id);
CREATE INDEX cases_by_assignee ON cases (assignee, is_open);

CREATE TABLE case_members (
  case_id  UUID NOT NULL REFERENCES cases (id),
  person   UUID NOT NULL REFERENCES people (id),
  added_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, person)
);

-- Case events and, with case_id null, events of the house itself.
CREATE TABLE events (
  id       UUID NOT NULL PRIMARY KEY,
  case_id  UUID REFERENCES cases (id),
  seq      BIGINT NOT NULL,
  kind     TEXT NOT NULL,
  audience TEXT NOT NULL,
  party    TEXT NOT NULL,
  actor    UUID,
  at       BIGINT NOT NULL,
  body     BYTEA,
  salt     BYTEA,
  UNIQUE (case_id, seq)
);

-- One commitment per event; idx is null until the sequencer has placed it.
CREATE TABLE log_entries (
  ordinal    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event      UUID NOT NULL UNIQUE REFERENCES events (id),
  commitment BYTEA NOT NULL,
  epoch      BIGINT,
  idx        BIGINT,
  UNIQUE (epoch, idx)
);
CREATE INDEX log_entries_pending ON log_entries (ordinal) WHERE idx IS NULL;

CREATE TABLE log_epochs (
  epoch     BIGINT NOT NULL PRIMARY KEY,
  origin    TEXT NOT NULL,
  key       UUID NOT NULL REFERENCES keys (id),
  verifier  TEXT NOT NULL,
  size      BIGINT NOT NULL,
  root      BYTEA NOT NULL,
  opened_at BIGINT NOT NULL,
  statement TEXT
);

CREATE TABLE log_tiles (
  epoch BIGINT NOT NULL,
  level BIGINT NOT NULL,
  n     BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (epoch, level, n)
);

CREATE TABLE log_checkpoints (
  epoch BIGINT NOT NULL,
  size  BIGINT NOT NULL,
  root  BYTEA NOT NULL,
  at    BIGINT NOT NULL,
  PRIMARY KEY (epoch, size)
);

CREATE TABLE drafts (
  id         UUID NOT NULL PRIMARY KEY,
  token      BYTEA NOT NULL UNIQUE,
  size       BIGINT NOT NULL,
  files      BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX drafts_by_expiry ON drafts (expires_at);

-- owner is the case or, before sending, the draft that becomes the case.
CREATE TABLE attachments (
  id         UUID NOT NULL PRIMARY KEY,
  owner      UUID NOT NULL,
  event      UUID,
  audience   TEXT NOT NULL,
  name       BYTEA NOT NULL,
  meta       BYTEA NOT NULL,
  size       BIGINT NOT NULL,
  blob       TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX attachments_by_owner ON attachments (owner);
CREATE INDEX attachments_by_blob ON attachments (blob);

CREATE TABLE idempotency (
  key        BYTEA NOT NULL PRIMARY KEY,
  digest     BYTEA NOT NULL,
  case_id    UUID,
  reply      BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);
CREATE INDEX idempotency_by_case ON idempotency (case_id);

CREATE TABLE jobs (
  id           UUID NOT NULL PRIMARY KEY,
  kind         TEXT NOT NULL,
  subject      UUID,
  due_at       BIGINT NOT NULL,
  attempts     BIGINT NOT NULL,
  locked_until BIGINT,
  payload      BYTEA NOT NULL
);
CREATE INDEX jobs_by_due ON jobs (due_at);

CREATE TABLE erasures (
  id           UUID NOT NULL PRIMARY KEY,
  kind         TEXT NOT NULL,
  subject      UUID NOT NULL,
  requested_at BIGINT NOT NULL,
  event        UUID NOT NULL REFERENCES events (id),
  swept_at     BIGINT
);

CREATE TABLE reads (
  id      UUID NOT NULL PRIMARY KEY,
  person  UUID,
  what    TEXT NOT NULL,
  case_id UUID,
  at      BIGINT NOT NULL
);
CREATE INDEX reads_by_case ON reads (case_id, at);
CREATE INDEX reads_by_person ON reads (person, at);

-- Blind full-text search: term = HMAC under the index key, body = sealed (document, frequency) pairs.
-- A document is one reading of a case; indexing again makes a new one and leaves the old one dead.
CREATE TABLE documents (
  doc     BIGINT NOT NULL PRIMARY KEY,
  case_id UUID NOT NULL REFERENCES cases (id),
  change  BIGINT NOT NULL,
  length  BIGINT NOT NULL,
  live    BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX documents_live ON documents (case_id) WHERE live;
CREATE INDEX documents_by_case ON documents (case_id);
-- Length 0: no posting is left. The row stays a while to tell caches.
CREATE INDEX documents_dead ON documents (length, change) WHERE NOT live;
CREATE INDEX documents_by_change ON documents (change);

CREATE TABLE document_terms (
  doc  BIGINT NOT NULL PRIMARY KEY REFERENCES documents (doc),
  body BYTEA NOT NULL
);

-- Chunk 0 of a term is its open end; full chunks are 1, 2, 3 …
CREATE TABLE postings (
  term  BYTEA NOT NULL,
  chunk BIGINT NOT NULL,
  body  BYTEA NOT NULL,
  PRIMARY KEY (term, chunk)
);

-- Up to which document each of the 256 slices of the terms is merged; -1 counts changes, -2 is the
-- last change whose traces were purged.
CREATE TABLE posting_slices (
  slice BIGINT NOT NULL PRIMARY KEY,
  upto  BIGINT NOT NULL
);
-- Ciphertext does not compress.
ALTER TABLE document_terms ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE postings ALTER COLUMN body SET STORAGE EXTERNAL;
WITH RECURSIVE n (i) AS (SELECT -2 UNION ALL SELECT i + 1 FROM n WHERE i < 255)
INSERT INTO posting_slices (slice, upto) SELECT i, 0 FROM n;

CREATE SEQUENCE case_number;
