-- Business calendars: name, zone, hours and holidays, sealed under the house key.
CREATE TABLE calendars (
  id         BLOB NOT NULL PRIMARY KEY,
  version    INTEGER NOT NULL,
  body       BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- What a programme sets for its clocks, with the calendar as it is now in the body, so that one row says all.
CREATE TABLE programme_terms (
  programme BLOB NOT NULL PRIMARY KEY REFERENCES programmes (id),
  calendar  BLOB REFERENCES calendars (id),
  version   INTEGER NOT NULL,
  body      BLOB NOT NULL
) STRICT;
CREATE INDEX programme_terms_by_calendar ON programme_terms (calendar) WHERE calendar IS NOT NULL;

-- Rules of the desk: who is on call, who is away.
CREATE TABLE desk_rules (
  name    TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  body    BLOB NOT NULL
) STRICT;

-- When somebody wants no mail that can wait, sealed under their key.
CREATE TABLE quiet_hours (
  person  BLOB NOT NULL PRIMARY KEY REFERENCES people (id),
  version INTEGER NOT NULL,
  body    BLOB NOT NULL
) STRICT;

-- One row for each person who was told of something about a case; the same thing is told once.
CREATE TABLE alerts (
  id        BLOB NOT NULL PRIMARY KEY,
  case_id   BLOB NOT NULL REFERENCES cases (id),
  kind      TEXT NOT NULL,
  clock     TEXT NOT NULL,
  round     INTEGER NOT NULL,
  person    BLOB NOT NULL REFERENCES people (id),
  step      INTEGER NOT NULL,
  since     INTEGER NOT NULL,
  raised_at INTEGER NOT NULL,
  slept     INTEGER NOT NULL,
  mail_at   INTEGER NOT NULL,
  mailed_at INTEGER,
  seen_at   INTEGER,
  UNIQUE (case_id, kind, clock, round, person)
) STRICT;
CREATE INDEX alerts_of_person ON alerts (person, raised_at, id);
CREATE INDEX alerts_unseen ON alerts (person) WHERE seen_at IS NULL;
CREATE INDEX alerts_to_mail ON alerts (mail_at, id) WHERE mailed_at IS NULL;

ALTER TABLE cases ADD COLUMN exploited_at INTEGER;
-- When the house looks next whether somebody must be told.
ALTER TABLE cases ADD COLUMN alert_at INTEGER;
CREATE INDEX cases_by_alert ON cases (alert_at) WHERE alert_at IS NOT NULL;
