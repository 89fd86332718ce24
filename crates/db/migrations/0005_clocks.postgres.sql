-- Business calendars: name, zone, hours and holidays, sealed under the house key.
CREATE TABLE calendars (
  id         UUID NOT NULL PRIMARY KEY,
  version    BIGINT NOT NULL,
  body       BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);

-- What a programme sets for its clocks, with the calendar as it is now in the body, so that one row says all.
CREATE TABLE programme_terms (
  programme UUID NOT NULL PRIMARY KEY REFERENCES programmes (id),
  calendar  UUID REFERENCES calendars (id),
  version   BIGINT NOT NULL,
  body      BYTEA NOT NULL
);
CREATE INDEX programme_terms_by_calendar ON programme_terms (calendar) WHERE calendar IS NOT NULL;

-- Rules of the desk: who is on call, who is away.
CREATE TABLE desk_rules (
  name    TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body    BYTEA NOT NULL
);

-- When somebody wants no mail that can wait, sealed under their key.
CREATE TABLE quiet_hours (
  person  UUID NOT NULL PRIMARY KEY REFERENCES people (id),
  version BIGINT NOT NULL,
  body    BYTEA NOT NULL
);

-- One row for each person who was told of something about a case; the same thing is told once.
CREATE TABLE alerts (
  id        UUID NOT NULL PRIMARY KEY,
  case_id   UUID NOT NULL REFERENCES cases (id),
  kind      TEXT NOT NULL,
  clock     TEXT NOT NULL,
  round     BIGINT NOT NULL,
  person    UUID NOT NULL REFERENCES people (id),
  step      BIGINT NOT NULL,
  since     BIGINT NOT NULL,
  raised_at BIGINT NOT NULL,
  slept     BOOLEAN NOT NULL,
  mail_at   BIGINT NOT NULL,
  mailed_at BIGINT,
  seen_at   BIGINT,
  UNIQUE (case_id, kind, clock, round, person)
);
CREATE INDEX alerts_of_person ON alerts (person, raised_at, id);
CREATE INDEX alerts_unseen ON alerts (person) WHERE seen_at IS NULL;
CREATE INDEX alerts_to_mail ON alerts (mail_at, id) WHERE mailed_at IS NULL;

ALTER TABLE cases ADD COLUMN exploited_at BIGINT;
-- When the house looks next whether somebody must be told.
ALTER TABLE cases ADD COLUMN alert_at BIGINT;
CREATE INDEX cases_by_alert ON cases (alert_at) WHERE alert_at IS NOT NULL;
