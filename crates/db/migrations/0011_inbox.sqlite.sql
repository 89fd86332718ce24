-- Saved views of the list of cases: name and filter sealed under the person's key, or under the house's when
-- the team shares it (person is null).
CREATE TABLE views (
  id         BLOB NOT NULL PRIMARY KEY,
  person     BLOB REFERENCES people (id),
  version    INTEGER NOT NULL,
  body       BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX views_by_person ON views (person, id);

-- How somebody wants the desk: the view it opens with, and whether single keys do something.
CREATE TABLE inbox_choices (
  person   BLOB NOT NULL PRIMARY KEY REFERENCES people (id),
  view     BLOB,
  keys_off INTEGER NOT NULL
) STRICT;

-- What somebody did to many cases at once, sealed under their key, for as long as it can be undone and a day.
CREATE TABLE bulk_deeds (
  id         BLOB NOT NULL PRIMARY KEY,
  person     BLOB NOT NULL REFERENCES people (id),
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  undone_at  INTEGER,
  body       BLOB NOT NULL
) STRICT;
CREATE INDEX bulk_deeds_by_age ON bulk_deeds (created_at);

-- The version at which somebody saw a case last.
CREATE TABLE looks (
  person  BLOB NOT NULL,
  case_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (person, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX looks_by_case ON looks (case_id);
-- Who opened a case before has seen it as it is now.
INSERT INTO looks (person, case_id, version)
SELECT DISTINCT r.person, r.case_id, c.version FROM reads r JOIN cases c ON c.id = r.case_id
WHERE r.what = 'case' AND r.person IS NOT NULL AND c.erased_at IS NULL;

-- The list of one programme. Only open cases are in it; the other orders walk what is there.
CREATE INDEX cases_by_programme ON cases (programme, is_open, due_at, id) WHERE is_open = TRUE;
