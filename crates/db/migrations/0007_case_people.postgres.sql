-- Who follows a case without working on it.
CREATE TABLE case_watchers (
  case_id UUID NOT NULL REFERENCES cases (id),
  person  UUID NOT NULL REFERENCES people (id),
  since   BIGINT NOT NULL,
  PRIMARY KEY (case_id, person)
);
CREATE INDEX case_watchers_by_person ON case_watchers (person);
-- The guests of one case.
CREATE INDEX grants_of_case ON grants (scope_id) WHERE scope = 'case';
