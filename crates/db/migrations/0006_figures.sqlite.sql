-- What the figures of a team are made of: a row for each round of a case, computed from its events and written
-- with them. Instants, and lengths of time in microseconds; "took" is without pauses, "worked" the part of it
-- that was working time of the programme's calendar.
CREATE TABLE case_rounds (
  case_id           BLOB NOT NULL REFERENCES cases (id),
  round             INTEGER NOT NULL,
  opened_at         INTEGER NOT NULL,
  closed_at         INTEGER,
  valid_at          INTEGER,
  response_due      INTEGER,
  response_at       INTEGER,
  response_took     INTEGER,
  response_worked   INTEGER,
  triage_due        INTEGER,
  triage_at         INTEGER,
  triage_took       INTEGER,
  triage_worked     INTEGER,
  reward_due        INTEGER,
  reward_at         INTEGER,
  reward_took       INTEGER,
  reward_worked     INTEGER,
  resolution_due    INTEGER,
  resolution_took   INTEGER,
  resolution_worked INTEGER,
  PRIMARY KEY (case_id, round)
) STRICT, WITHOUT ROWID;

-- Since when a case is a trial of the desk and no report: it is kept out of every figure.
ALTER TABLE cases ADD COLUMN trial_at INTEGER;
