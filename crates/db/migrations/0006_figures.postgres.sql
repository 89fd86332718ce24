-- What the figures of a team are made of: a row for each round of a case, computed from its events and written
-- with them. Instants, and lengths of time in microseconds; "took" is without pauses, "worked" the part of it
-- that was working time of the programme's calendar.
CREATE TABLE case_rounds (
  case_id           UUID NOT NULL REFERENCES cases (id),
  round             BIGINT NOT NULL,
  opened_at         BIGINT NOT NULL,
  closed_at         BIGINT,
  valid_at          BIGINT,
  response_due      BIGINT,
  response_at       BIGINT,
  response_took     BIGINT,
  response_worked   BIGINT,
  triage_due        BIGINT,
  triage_at         BIGINT,
  triage_took       BIGINT,
  triage_worked     BIGINT,
  reward_due        BIGINT,
  reward_at         BIGINT,
  reward_took       BIGINT,
  reward_worked     BIGINT,
  resolution_due    BIGINT,
  resolution_took   BIGINT,
  resolution_worked BIGINT,
  PRIMARY KEY (case_id, round)
);

-- Since when a case is a trial of the desk and no report: it is kept out of every figure.
ALTER TABLE cases ADD COLUMN trial_at BIGINT;
