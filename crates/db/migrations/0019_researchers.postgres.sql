-- People who report under an account of their own. They are no people of the house: no grant, no password, no role.
-- Address and profile are sealed under their person key.
CREATE TABLE researchers (
  id          UUID NOT NULL PRIMARY KEY,
  state       TEXT NOT NULL,
  email_index BYTEA UNIQUE,
  mailbox     BYTEA,
  email       BYTEA NOT NULL,
  profile     BYTEA NOT NULL,
  pace        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL
);
CREATE INDEX researchers_by_mailbox ON researchers (mailbox) WHERE mailbox IS NOT NULL;

-- Links by mail: to sign in, or to confirm a new address. mailbox and place are keyed hashes, which count.
CREATE TABLE researcher_links (
  id         BYTEA NOT NULL PRIMARY KEY,
  purpose    TEXT NOT NULL,
  researcher UUID REFERENCES researchers (id),
  mailbox    BYTEA NOT NULL,
  place      BYTEA NOT NULL,
  body       BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  spent_at   BIGINT
);
CREATE INDEX researcher_links_by_mailbox ON researcher_links (mailbox, created_at);
CREATE INDEX researcher_links_by_age ON researcher_links (created_at);

-- Whose report a case is: its owner, at most one, and those who found it together with them.
CREATE TABLE case_reporters (
  case_id    UUID NOT NULL REFERENCES cases (id),
  researcher UUID NOT NULL REFERENCES researchers (id),
  part       TEXT NOT NULL,
  since      BIGINT NOT NULL,
  PRIMARY KEY (case_id, researcher)
);
CREATE UNIQUE INDEX case_reporters_owner ON case_reporters (case_id) WHERE part = 'owner';
CREATE INDEX case_reporters_of ON case_reporters (researcher, since, case_id);

-- Mailboxes whose new reports are not taken for a time. The hash outlives the account, until the bar ends.
CREATE TABLE bars (
  mailbox    BYTEA NOT NULL PRIMARY KEY,
  researcher UUID,
  set_at     BIGINT NOT NULL,
  until      BIGINT NOT NULL,
  body       BYTEA NOT NULL
);
CREATE INDEX bars_of ON bars (researcher) WHERE researcher IS NOT NULL;

-- Sessions of researchers lie beside the others.
ALTER TABLE sessions ADD COLUMN researcher UUID REFERENCES researchers (id);
CREATE INDEX sessions_by_researcher ON sessions (researcher) WHERE researcher IS NOT NULL;
