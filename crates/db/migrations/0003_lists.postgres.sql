-- Every filter of the list of cases walks an index of its own in the order of the page. Without them a filter that
-- lets few cases through reads every open case: a second or two for 100,000.
DROP INDEX cases_by_assignee;
CREATE INDEX cases_by_assignee ON cases (assignee, is_open, due_at, id) WHERE assignee IS NOT NULL;
CREATE INDEX cases_waiting ON cases (is_open, due_at, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX cases_by_severity ON cases (is_open, COALESCE(severity_decided, severity_claimed), due_at, id);
CREATE INDEX cases_by_state ON cases (is_open, state, due_at, id);
