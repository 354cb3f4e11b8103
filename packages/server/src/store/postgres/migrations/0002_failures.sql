-- Failed attempts of the present minute, so that limits hold over all nodes: no row says of whom (see failed-attempts.ts).
CREATE TABLE failures (
  key      text COLLATE "C" PRIMARY KEY, -- a digest of what the failure counts for
  count    integer NOT NULL,
  ends_at  bigint NOT NULL               -- from then on, the count restarts
);
CREATE INDEX failures_by_end ON failures (ends_at);
