-- Letters that leave the house by mail: written with what makes them necessary, sent by the courier.
-- kind is one of our own words; body and answer are sealed under the key of the case, else of the person,
-- else of the house.
CREATE TABLE letters (
  id           UUID NOT NULL PRIMARY KEY,
  once         BYTEA NOT NULL UNIQUE,
  kind         TEXT NOT NULL,
  case_id      UUID,
  person       UUID,
  state        TEXT NOT NULL,
  attempts     BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  due_at       BIGINT NOT NULL,
  locked_until BIGINT,
  ended_at     BIGINT,
  code         BIGINT,
  body         BYTEA NOT NULL,
  answer       BYTEA
);
CREATE INDEX letters_waiting ON letters (due_at, id) WHERE state = 'waiting';
CREATE INDEX letters_failed ON letters (id) WHERE state = 'failed';
CREATE INDEX letters_ended ON letters (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX letters_by_case ON letters (case_id, id) WHERE case_id IS NOT NULL;

-- The address a reporter gave, and whether we may write there.
CREATE TABLE contacts (
  case_id    UUID NOT NULL PRIMARY KEY,
  link       BYTEA NOT NULL UNIQUE,
  mailbox    BYTEA NOT NULL,
  state      TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  body       BYTEA NOT NULL
);
CREATE INDEX contacts_by_mailbox ON contacts (mailbox, changed_at);

-- What somebody of the team wants to be told by mail, and how often.
CREATE TABLE notice_choices (
  person UUID NOT NULL PRIMARY KEY,
  pace   TEXT NOT NULL,
  kinds  BIGINT NOT NULL
);

-- What waits for somebody's next digest.
CREATE TABLE notices (
  person  UUID NOT NULL,
  case_id UUID NOT NULL,
  kind    TEXT NOT NULL,
  seq     BIGINT NOT NULL,
  at      BIGINT NOT NULL,
  due_at  BIGINT NOT NULL,
  PRIMARY KEY (person, case_id, kind, seq)
);
CREATE INDEX notices_by_due ON notices (due_at);
CREATE INDEX notices_by_case ON notices (case_id);

-- Mails that became cases, by the keyed hash of the whole file: the same file becomes none again.
CREATE TABLE arrivals (
  digest  BYTEA NOT NULL PRIMARY KEY,
  case_id UUID NOT NULL,
  at      BIGINT NOT NULL
);
CREATE INDEX arrivals_by_case ON arrivals (case_id);
