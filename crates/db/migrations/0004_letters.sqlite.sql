-- Letters that leave the house by mail: written with what makes them necessary, sent by the courier.
-- kind is one of our own words; body and answer are sealed under the key of the case, else of the person,
-- else of the house.
CREATE TABLE letters (
  id           BLOB NOT NULL PRIMARY KEY,
  once         BLOB NOT NULL UNIQUE,
  kind         TEXT NOT NULL,
  case_id      BLOB,
  person       BLOB,
  state        TEXT NOT NULL,
  attempts     INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  due_at       INTEGER NOT NULL,
  locked_until INTEGER,
  ended_at     INTEGER,
  code         INTEGER,
  body         BLOB NOT NULL,
  answer       BLOB
) STRICT;
CREATE INDEX letters_waiting ON letters (due_at, id) WHERE state = 'waiting';
CREATE INDEX letters_failed ON letters (id) WHERE state = 'failed';
CREATE INDEX letters_ended ON letters (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX letters_by_case ON letters (case_id, id) WHERE case_id IS NOT NULL;

-- The address a reporter gave, and whether we may write there.
CREATE TABLE contacts (
  case_id    BLOB NOT NULL PRIMARY KEY,
  link       BLOB NOT NULL UNIQUE,
  mailbox    BLOB NOT NULL,
  state      TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  body       BLOB NOT NULL
) STRICT;
CREATE INDEX contacts_by_mailbox ON contacts (mailbox, changed_at);

-- What somebody of the team wants to be told by mail, and how often.
CREATE TABLE notice_choices (
  person BLOB NOT NULL PRIMARY KEY,
  pace   TEXT NOT NULL,
  kinds  INTEGER NOT NULL
) STRICT;

-- What waits for somebody's next digest.
CREATE TABLE notices (
  person  BLOB NOT NULL,
  case_id BLOB NOT NULL,
  kind    TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  due_at  INTEGER NOT NULL,
  PRIMARY KEY (person, case_id, kind, seq)
) STRICT;
CREATE INDEX notices_by_due ON notices (due_at);
CREATE INDEX notices_by_case ON notices (case_id);

-- Mails that became cases, by the keyed hash of the whole file: the same file becomes none again.
CREATE TABLE arrivals (
  digest  BLOB NOT NULL PRIMARY KEY,
  case_id BLOB NOT NULL,
  at      INTEGER NOT NULL
) STRICT;
CREATE INDEX arrivals_by_case ON arrivals (case_id);
