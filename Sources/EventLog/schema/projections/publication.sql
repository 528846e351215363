-- Tables of a projector that publishes releases: what analysts see, and who stands behind each row, so that the next
-- release can tell how many people changed it. Made in every generation, before the projector's own tables.
CREATE TABLE publications (
    tenant_id   integer     NOT NULL,
    publication text        NOT NULL,
    release     integer     NOT NULL,
    position    bigint      NOT NULL,
    released_at timestamptz NOT NULL,
    k           integer     NOT NULL,
    CONSTRAINT publications_pkey PRIMARY KEY (tenant_id, publication)
);

COMMENT ON TABLE publications IS
    'The release that each publication (one for each published grain) shows: the last one that could show anything '
    'new without pointing at fewer than k people.';
COMMENT ON COLUMN publications.position IS 'Of the release: it covers exactly the events before.';

CREATE TABLE published_rows (
    tenant_id             integer NOT NULL,
    publication           text    NOT NULL,
    path                  text[]  NOT NULL,
    is_withheld           boolean NOT NULL,
    release               integer NOT NULL,
    demands               integer NOT NULL,
    messages              integer NOT NULL,
    people                integer NOT NULL,
    messages_unidentified integer NOT NULL,
    reported_support      bigint  NOT NULL,
    CONSTRAINT published_rows_pkey PRIMARY KEY (tenant_id, publication, path, is_withheld)
);

COMMENT ON TABLE published_rows IS 'The rows of the last release, by publication (one for each published grain).';
COMMENT ON COLUMN published_rows.path IS 'Coordinates from coarse to fine; a withheld row ends at its margin.';
COMMENT ON COLUMN published_rows.release IS 'The release in which this row last changed.';

CREATE TABLE published_members (
    tenant_id   integer NOT NULL,
    publication text    NOT NULL,
    path        text[]  NOT NULL,
    is_withheld boolean NOT NULL,
    chunk       integer NOT NULL,
    members     bytea   NOT NULL,
    CONSTRAINT published_members_pkey PRIMARY KEY (tenant_id, publication, path, is_withheld, chunk)
);

-- Random tokens do not get smaller.
ALTER TABLE published_members ALTER COLUMN members SET STORAGE EXTERNAL;

COMMENT ON TABLE published_members IS
    'Who stands behind each published row. Never readable by an analyst or a reviewer.';
COMMENT ON COLUMN published_members.chunk IS 'From 0 within the row; each but the last has 4,096 members.';
COMMENT ON COLUMN published_members.members IS
    'By message and demand, each with its person, how it counts and in which cell; packed by the projector.';
