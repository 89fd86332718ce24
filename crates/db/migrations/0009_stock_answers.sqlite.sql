-- Prepared words to reporters, sealed under the house key; for one programme, or for all.
CREATE TABLE stock_answers (
  id         BLOB NOT NULL PRIMARY KEY,
  programme  BLOB REFERENCES programmes (id),
  version    INTEGER NOT NULL,
  body       BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
