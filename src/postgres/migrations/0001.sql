-- Records: the object as it came (raw), the same as jsonb (doc), and what all kinds of
-- records have in common in columns of their own. One row an identity of a feed.
CREATE TABLE {schema}.records (
    feed text NOT NULL,
    identity text NOT NULL,
    kind text,
    type text,
    id text,
    value text,
    title text,
    status text,
    verdict text,
    severity text,
    threat_score bigint,
    time timestamptz,
    first_seen timestamptz,
    last_seen timestamptz,
    sources jsonb NOT NULL,
    actors text[] NOT NULL,
    malware text[] NOT NULL,
    tags text[] NOT NULL,
    link text,
    raw text NOT NULL,
    doc jsonb,
    doc_exact boolean NOT NULL,
    revision bigint NOT NULL DEFAULT 1,
    received_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (feed, identity)
);
CREATE INDEX records_time ON {schema}.records (time);
CREATE INDEX records_changed_at ON {schema}.records USING brin (changed_at);
CREATE INDEX records_kind ON {schema}.records (kind, type);
CREATE INDEX records_score ON {schema}.records (threat_score) WHERE threat_score IS NOT NULL;
-- URLs are longer than a btree takes.
CREATE INDEX records_value ON {schema}.records USING hash (value);

-- Every version of a record, where a sink has history = true.
CREATE TABLE {schema}.history (
    feed text NOT NULL,
    identity text NOT NULL,
    revision bigint NOT NULL,
    raw text NOT NULL,
    doc jsonb,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (feed, identity, revision)
);

-- The last that is known of each indicator, whichever feed told of it.
CREATE VIEW {schema}.indicators AS
SELECT DISTINCT ON (type, coalesce(value, id)) *
FROM {schema}.records
WHERE kind = 'indicator'
ORDER BY type, coalesce(value, id), time DESC NULLS LAST, changed_at DESC;

-- Checkpoints, moved in the transaction of the records that they count. round counts
-- the commits, epoch the hosts that have taken the checkpoint over.
CREATE TABLE {schema}.checkpoints (
    name text PRIMARY KEY,
    belongings text NOT NULL,
    position text NOT NULL,
    mark timestamptz,
    emitted bigint NOT NULL DEFAULT 0,
    round bigint NOT NULL DEFAULT 0,
    epoch bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- What must not be emitted again.
CREATE TABLE {schema}.seen (
    checkpoint text NOT NULL REFERENCES {schema}.checkpoints (name) ON DELETE CASCADE,
    identity text NOT NULL,
    time bigint NOT NULL,
    round bigint NOT NULL,
    PRIMARY KEY (checkpoint, identity)
);
CREATE INDEX seen_time ON {schema}.seen (checkpoint, time);

-- Who works on what, and until when.
CREATE TABLE {schema}.leases (
    name text PRIMARY KEY,
    holder text NOT NULL,
    until timestamptz NOT NULL
);
