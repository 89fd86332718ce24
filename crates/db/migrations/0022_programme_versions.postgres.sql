-- Every text that a programme had, sealed under the house key as the one in force is. A report is judged by the one under which
-- it came. Without a person: the configuration file said it.
CREATE TABLE programme_versions (
  programme  UUID NOT NULL REFERENCES programmes (id),
  version    BIGINT NOT NULL,
  person     UUID,
  body       BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (programme, version)
);
INSERT INTO programme_versions (programme, version, person, body, created_at)
  SELECT id, version, NULL, body, created_at FROM programmes;
ALTER TABLE cases ADD COLUMN programme_version BIGINT;

-- Whoever opens a case is asked for what they have not seen of it, and one person may have very much that they have not seen.
DROP INDEX alerts_unseen;
CREATE INDEX alerts_unseen ON alerts (person, case_id) WHERE seen_at IS NULL;
