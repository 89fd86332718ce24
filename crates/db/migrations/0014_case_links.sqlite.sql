-- Which cases belong together: from the one that came later to the one it is about. Which close an appeal is
-- against stands in number; it is 0 for every other kind.
CREATE TABLE case_links (
  from_case BLOB NOT NULL REFERENCES cases (id),
  to_case   BLOB NOT NULL REFERENCES cases (id),
  kind      TEXT NOT NULL,
  number    INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (from_case, kind)
) STRICT;
CREATE INDEX case_links_by_target ON case_links (to_case, kind, from_case);
CREATE UNIQUE INDEX case_links_appeals ON case_links (to_case, number) WHERE kind = 'appeal';
-- Who chose what to hear of hears of what is new as well, but for those who hear of nothing.
UPDATE notice_choices SET kinds = kinds + 48 WHERE kinds > 0 AND kinds < 16;
