-- The spine. Types: ids are UUIDs, instants are microseconds since 1970 UTC, bytes are sealed
-- unless the column is in the allow-list of plain columns (crates/db/src/plain.rs).

CREATE TABLE meta (
  name  TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;

-- Wrapped keys. Backup writes this table to a file of its own.
CREATE TABLE keys (
  id         BLOB NOT NULL PRIMARY KEY,
  kind       INTEGER NOT NULL,
  owner      BLOB NOT NULL,
  master     BLOB NOT NULL,
  wrapped    BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (kind, owner)
) STRICT;
CREATE INDEX keys_by_master ON keys (master);

CREATE TABLE people (
  id          BLOB NOT NULL PRIMARY KEY,
  state       TEXT NOT NULL,
  email_index BLOB UNIQUE,
  name        BLOB NOT NULL,
  email       BLOB NOT NULL,
  password    BLOB,
  totp        BLOB,
  totp_step   INTEGER NOT NULL DEFAULT 0,
  version     INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE grants (
  person     BLOB NOT NULL REFERENCES people (id),
  role       INTEGER NOT NULL,
  scope      TEXT NOT NULL,
  scope_id   BLOB NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (person, role, scope, scope_id)
) STRICT;

CREATE TABLE sessions (
  id         BLOB NOT NULL PRIMARY KEY,
  public_id  BLOB NOT NULL UNIQUE,
  kind       TEXT NOT NULL,
  person     BLOB REFERENCES people (id),
  case_id    BLOB,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  step_up_at INTEGER
) STRICT;
CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE links (
  id         BLOB NOT NULL PRIMARY KEY,
  purpose    TEXT NOT NULL,
  person     BLOB REFERENCES people (id),
  body       BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at   INTEGER
) STRICT;

CREATE TABLE tokens (
  id         BLOB NOT NULL PRIMARY KEY,
  public_id  BLOB NOT NULL UNIQUE,
  person     BLOB NOT NULL REFERENCES people (id),
  mask       INTEGER NOT NULL,
  label      BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE TABLE programmes (
  id         BLOB NOT NULL PRIMARY KEY,
  slug       TEXT NOT NULL UNIQUE,
  desk       TEXT NOT NULL,
  intake     TEXT NOT NULL,
  body       BLOB NOT NULL,
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE cases (
  id               BLOB NOT NULL PRIMARY KEY,
  type             TEXT NOT NULL,
  number           INTEGER NOT NULL UNIQUE,
  desk             TEXT NOT NULL,
  programme        BLOB NOT NULL REFERENCES programmes (id),
  state            TEXT NOT NULL,
  is_open          INTEGER NOT NULL,
  waiting_since    INTEGER,
  severity_claimed INTEGER,
  severity_decided INTEGER,
  outcome          TEXT,
  restricted       INTEGER NOT NULL,
  assignee         BLOB REFERENCES people (id),
  code_index       BLOB UNIQUE,
  version          INTEGER NOT NULL,
  received_at      INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  due_at           INTEGER,
  title            BLOB NOT NULL,
  body             BLOB NOT NULL,
  held_at          INTEGER,
  erased_at        INTEGER
) STRICT;
CREATE INDEX cases_by_due ON cases (is_open, due_at, id);
CREATE INDEX cases_by_update ON cases (updated_at, id);
CREATE INDEX cases_by_assignee ON cases (assignee, is_open);

CREATE TABLE case_members (
  case_id  BLOB NOT NULL REFERENCES cases (id),
  person   BLOB NOT NULL REFERENCES people (id),
  added_at INTEGER NOT NULL,
  PRIMARY KEY (case_id, person)
) STRICT;

-- Case events and, with case_id null, events of the house itself.
CREATE TABLE events (
  id       BLOB NOT NULL PRIMARY KEY,
  case_id  BLOB REFERENCES cases (id),
  seq      INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  audience TEXT NOT NULL,
  party    TEXT NOT NULL,
  actor    BLOB,
  at       INTEGER NOT NULL,
  body     BLOB,
  salt     BLOB,
  UNIQUE (case_id, seq)
) STRICT;

-- One commitment per event; idx is null until the sequencer has placed it.
CREATE TABLE log_entries (
  ordinal    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  event      BLOB NOT NULL UNIQUE REFERENCES events (id),
  commitment BLOB NOT NULL,
  epoch      INTEGER,
  idx        INTEGER,
  UNIQUE (epoch, idx)
) STRICT;
CREATE INDEX log_entries_pending ON log_entries (ordinal) WHERE idx IS NULL;

CREATE TABLE log_epochs (
  epoch     INTEGER NOT NULL PRIMARY KEY,
  origin    TEXT NOT NULL,
  key       BLOB NOT NULL REFERENCES keys (id),
  verifier  TEXT NOT NULL,
  size      INTEGER NOT NULL,
  root      BLOB NOT NULL,
  opened_at INTEGER NOT NULL,
  statement TEXT
) STRICT;

CREATE TABLE log_tiles (
  epoch INTEGER NOT NULL,
  level INTEGER NOT NULL,
  n     INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (epoch, level, n)
) STRICT;

CREATE TABLE log_checkpoints (
  epoch INTEGER NOT NULL,
  size  INTEGER NOT NULL,
  root  BLOB NOT NULL,
  at    INTEGER NOT NULL,
  PRIMARY KEY (epoch, size)
) STRICT;

CREATE TABLE drafts (
  id         BLOB NOT NULL PRIMARY KEY,
  token      BLOB NOT NULL UNIQUE,
  size       INTEGER NOT NULL,
  files      INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX drafts_by_expiry ON drafts (expires_at);

-- owner is the case or, before sending, the draft that becomes the case.
CREATE TABLE attachments (
  id         BLOB NOT NULL PRIMARY KEY,
  owner      BLOB NOT NULL,
  event      BLOB,
  audience   TEXT NOT NULL,
  name       BLOB NOT NULL,
  meta       BLOB NOT NULL,
  size       INTEGER NOT NULL,
  blob       TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attachments_by_owner ON attachments (owner);
CREATE INDEX attachments_by_blob ON attachments (blob);

CREATE TABLE idempotency (
  key        BLOB NOT NULL PRIMARY KEY,
  digest     BLOB NOT NULL,
  case_id    BLOB,
  reply      BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
CREATE INDEX idempotency_by_case ON idempotency (case_id);

CREATE TABLE jobs (
  id           BLOB NOT NULL PRIMARY KEY,
  kind         TEXT NOT NULL,
  subject      BLOB,
  due_at       INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  locked_until INTEGER,
  payload      BLOB NOT NULL
) STRICT;
CREATE INDEX jobs_by_due ON jobs (due_at);

CREATE TABLE erasures (
  id           BLOB NOT NULL PRIMARY KEY,
  kind         TEXT NOT NULL,
  subject      BLOB NOT NULL,
  requested_at INTEGER NOT NULL,
  event        BLOB NOT NULL REFERENCES events (id),
  swept_at     INTEGER
) STRICT;

CREATE TABLE reads (
  id      BLOB NOT NULL PRIMARY KEY,
  person  BLOB,
  what    TEXT NOT NULL,
  case_id BLOB,
  at      INTEGER NOT NULL
) STRICT;
CREATE INDEX reads_by_case ON reads (case_id, at);
CREATE INDEX reads_by_person ON reads (person, at);

-- Blind full-text search: term = HMAC under the index key, body = sealed (document, frequency) pairs.
-- A document is one reading of a case; indexing again makes a new one and leaves the old one dead.
CREATE TABLE documents (
  doc     INTEGER NOT NULL PRIMARY KEY,
  case_id BLOB NOT NULL REFERENCES cases (id),
  change  INTEGER NOT NULL,
  length  INTEGER NOT NULL,
  live    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX documents_live ON documents (case_id) WHERE live;
CREATE INDEX documents_by_case ON documents (case_id);
-- Length 0: no posting is left. The row stays a while to tell caches.
CREATE INDEX documents_dead ON documents (length, change) WHERE NOT live;
CREATE INDEX documents_by_change ON documents (change);

CREATE TABLE document_terms (
  doc  INTEGER NOT NULL PRIMARY KEY REFERENCES documents (doc),
  body BLOB NOT NULL
) STRICT;

-- Chunk 0 of a term is its open end; full chunks are 1, 2, 3 … Kept by key, so that the order of rows
-- does not tell which terms came together.
CREATE TABLE postings (
  term  BLOB NOT NULL,
  chunk INTEGER NOT NULL,
  body  BLOB NOT NULL,
  PRIMARY KEY (term, chunk)
) STRICT, WITHOUT ROWID;

-- Up to which document each of the 256 slices of the terms is merged; -1 counts changes, -2 is the
-- last change whose traces were purged.
CREATE TABLE posting_slices (
  slice INTEGER NOT NULL PRIMARY KEY,
  upto  INTEGER NOT NULL
) STRICT;
WITH RECURSIVE n (i) AS (SELECT -2 UNION ALL SELECT i + 1 FROM n WHERE i < 255)
INSERT INTO posting_slices (slice, upto) SELECT i, 0 FROM n;

CREATE TABLE counters (
  name  TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
INSERT INTO counters (name, value) VALUES ('case_number', 0);
