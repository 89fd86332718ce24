-- Webhooks: where programs of others hear of cases. kinds is a set of bits; body holds name, address and secrets, sealed
-- under the key of the house.
CREATE TABLE webhooks (
  id            BLOB NOT NULL PRIMARY KEY,
  programme     BLOB,
  kinds         INTEGER NOT NULL,
  titles        INTEGER NOT NULL,
  state         TEXT NOT NULL,
  reason        TEXT,
  version       INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  failures      INTEGER NOT NULL,
  failing_since INTEGER,
  told_at       INTEGER,
  body          BLOB NOT NULL
) STRICT;

-- Messages on their way to each, written with what makes them necessary. body and answer are sealed under the key of the
-- case, else of the house. message is the same for every receiver of one event.
CREATE TABLE webhook_deliveries (
  id           BLOB NOT NULL PRIMARY KEY,
  webhook      BLOB NOT NULL,
  message      BLOB NOT NULL,
  kind         TEXT NOT NULL,
  case_id      BLOB,
  state        TEXT NOT NULL,
  attempts     INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  due_at       INTEGER NOT NULL,
  locked_until INTEGER,
  ended_at     INTEGER,
  code         INTEGER,
  body         BLOB NOT NULL,
  answer       BLOB,
  UNIQUE (webhook, message)
) STRICT;
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook, due_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook, id) WHERE state = 'failed';
CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (webhook, id);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_case ON webhook_deliveries (case_id) WHERE case_id IS NOT NULL;
