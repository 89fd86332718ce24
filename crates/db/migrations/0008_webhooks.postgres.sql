-- Webhooks: where programs of others hear of cases. kinds is a set of bits; body holds name, address and secrets, sealed
-- under the key of the house.
CREATE TABLE webhooks (
  id            UUID NOT NULL PRIMARY KEY,
  programme     UUID,
  kinds         BIGINT NOT NULL,
  titles        BOOLEAN NOT NULL,
  state         TEXT NOT NULL,
  reason        TEXT,
  version       BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  failures      BIGINT NOT NULL,
  failing_since BIGINT,
  told_at       BIGINT,
  body          BYTEA NOT NULL
);

-- Messages on their way to each, written with what makes them necessary. body and answer are sealed under the key of the
-- case, else of the house. message is the same for every receiver of one event.
CREATE TABLE webhook_deliveries (
  id           UUID NOT NULL PRIMARY KEY,
  webhook      UUID NOT NULL,
  message      UUID NOT NULL,
  kind         TEXT NOT NULL,
  case_id      UUID,
  state        TEXT NOT NULL,
  attempts     BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  due_at       BIGINT NOT NULL,
  locked_until BIGINT,
  ended_at     BIGINT,
  code         BIGINT,
  body         BYTEA NOT NULL,
  answer       BYTEA,
  UNIQUE (webhook, message)
);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook, due_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook, id) WHERE state = 'failed';
CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (webhook, id);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_case ON webhook_deliveries (case_id) WHERE case_id IS NOT NULL;
