-- Prepared words to reporters, sealed under the house key; for one programme, or for all.
CREATE TABLE stock_answers (
  id         UUID NOT NULL PRIMARY KEY,
  programme  UUID REFERENCES programmes (id),
  version    BIGINT NOT NULL,
  body       BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);
