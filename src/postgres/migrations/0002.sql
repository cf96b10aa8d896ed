-- How much of its file each host has committed under a checkpoint, in the transaction
-- that moves it.
CREATE TABLE {schema}.files (
    checkpoint text NOT NULL REFERENCES {schema}.checkpoints (name) ON DELETE CASCADE,
    host text NOT NULL,
    path bytea NOT NULL,
    device bigint,
    inode bigint,
    length bigint NOT NULL,
    tail bytea,
    boot text,
    PRIMARY KEY (checkpoint, host)
);

-- Answers of the service, apart for each key, which a fingerprint stands for.
CREATE TABLE {schema}.responses (
    fingerprint text NOT NULL,
    key text NOT NULL,
    status integer NOT NULL,
    body bytea NOT NULL,
    fetched_at bigint NOT NULL,
    size bigint NOT NULL,
    PRIMARY KEY (fingerprint, key)
);
CREATE INDEX responses_age ON {schema}.responses (fingerprint, fetched_at, size);
