-- Messages that go to a reporter in a few seconds, and those that were taken back and are kept for a while.
CREATE TABLE held_messages (
  id      UUID NOT NULL PRIMARY KEY,
  case_id UUID NOT NULL REFERENCES cases (id),
  person  UUID NOT NULL REFERENCES people (id),
  due_at  BIGINT NOT NULL,
  back_at BIGINT,
  body    BYTEA NOT NULL
);
CREATE INDEX held_messages_by_case ON held_messages (case_id);
