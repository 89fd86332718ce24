-- People who report under an account of their own. They are no people of the house: no grant, no password, no role.
-- Address and profile are sealed under their person key.
CREATE TABLE researchers (
  id          BLOB NOT NULL PRIMARY KEY,
  state       TEXT NOT NULL,
  email_index BLOB UNIQUE,
  mailbox     BLOB,
  email       BLOB NOT NULL,
  profile     BLOB NOT NULL,
  pace        TEXT NOT NULL,
  version     INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX researchers_by_mailbox ON researchers (mailbox) WHERE mailbox IS NOT NULL;

-- Links by mail: to sign in, or to confirm a new address. mailbox and place are keyed hashes, which count.
CREATE TABLE researcher_links (
  id         BLOB NOT NULL PRIMARY KEY,
  purpose    TEXT NOT NULL,
  researcher BLOB REFERENCES researchers (id),
  mailbox    BLOB NOT NULL,
  place      BLOB NOT NULL,
  body       BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at   INTEGER
) STRICT;
CREATE INDEX researcher_links_by_mailbox ON researcher_links (mailbox, created_at);
CREATE INDEX researcher_links_by_age ON researcher_links (created_at);

-- Whose report a case is: its owner, at most one, and those who found it together with them.
CREATE TABLE case_reporters (
  case_id    BLOB NOT NULL REFERENCES cases (id),
  researcher BLOB NOT NULL REFERENCES researchers (id),
  part       TEXT NOT NULL,
  since      INTEGER NOT NULL,
  PRIMARY KEY (case_id, researcher)
) STRICT;
CREATE UNIQUE INDEX case_reporters_owner ON case_reporters (case_id) WHERE part = 'owner';
CREATE INDEX case_reporters_of ON case_reporters (researcher, since, case_id);

-- Mailboxes whose new reports are not taken for a time. The hash outlives the account, until the bar ends.
CREATE TABLE bars (
  mailbox    BLOB NOT NULL PRIMARY KEY,
  researcher BLOB,
  set_at     INTEGER NOT NULL,
  until      INTEGER NOT NULL,
  body       BLOB NOT NULL
) STRICT;
CREATE INDEX bars_of ON bars (researcher) WHERE researcher IS NOT NULL;

-- Sessions of researchers lie beside the others.
ALTER TABLE sessions ADD COLUMN researcher BLOB REFERENCES researchers (id);
CREATE INDEX sessions_by_researcher ON sessions (researcher) WHERE researcher IS NOT NULL;
