-- Cases that a rule should have erased and could not: when it is tried again, so that they keep none behind them. tries is
-- how often it failed; 0 for what only waits for a hold elsewhere.
CREATE TABLE retention_waits (
  case_id BLOB NOT NULL PRIMARY KEY REFERENCES cases (id),
  tries   INTEGER NOT NULL,
  since   INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
