-- Messages that go to a reporter in a few seconds, and those that were taken back and are kept for a while.
CREATE TABLE held_messages (
  id      BLOB NOT NULL PRIMARY KEY,
  case_id BLOB NOT NULL REFERENCES cases (id),
  person  BLOB NOT NULL REFERENCES people (id),
  due_at  INTEGER NOT NULL,
  back_at INTEGER,
  body    BLOB NOT NULL
) STRICT;
CREATE INDEX held_messages_by_case ON held_messages (case_id);
