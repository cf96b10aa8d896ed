-- Views for dashboards over the tables of `kind = "postgres"` (docs/postgres.md).
-- Run as a user who may create schemas: psql -d intel -f views.sql
-- They read the tables in the schema gti and are in a schema of their own, so that
-- dashboards need no more than USAGE and SELECT there.

CREATE SCHEMA IF NOT EXISTS gti_dashboard;

-- How fresh each feed is: what it has, and when the last of it came.
CREATE OR REPLACE VIEW gti_dashboard.feeds AS
SELECT feed,
       count(*) AS records,
       max(time) AS newest,
       max(received_at) AS last_received,
       extract(epoch FROM now() - max(received_at))::bigint AS seconds_since
FROM gti.records
GROUP BY feed;

-- How far each checkpoint has come, and how long ago it moved.
CREATE OR REPLACE VIEW gti_dashboard.checkpoints AS
SELECT name,
       belongings::jsonb ->> 'feed' AS feed,
       emitted,
       mark AS stands_at,
       updated_at,
       extract(epoch FROM now() - updated_at)::bigint AS seconds_since,
       EXISTS (
           SELECT 1 FROM gti.leases
           WHERE leases.name = 'checkpoint:' || checkpoints.name AND until >= now()
       ) AS is_held
FROM gti.checkpoints;

-- Records a day, by feed and kind.
CREATE OR REPLACE VIEW gti_dashboard.records_by_day AS
SELECT date_trunc('day', coalesce(time, received_at)) AS day, feed, kind, count(*) AS records
FROM gti.records
GROUP BY 1, 2, 3;

-- The last that is known of each indicator, for its type and verdict.
CREATE OR REPLACE VIEW gti_dashboard.indicators AS
SELECT type, coalesce(verdict, 'unknown') AS verdict, severity, threat_score,
       coalesce(value, id) AS value, actors, malware, tags, link, coalesce(time, received_at) AS time
FROM gti.indicators;

-- Threat scores in tenths.
CREATE OR REPLACE VIEW gti_dashboard.scores AS
SELECT least(threat_score / 10 * 10, 90) AS score_from, type, count(*) AS indicators
FROM gti_dashboard.indicators
WHERE threat_score IS NOT NULL
GROUP BY 1, 2;

-- Who is behind what came, and with what; a record may name several.
CREATE OR REPLACE VIEW gti_dashboard.actors AS
SELECT actor, kind, coalesce(time, received_at) AS time, feed, identity
FROM gti.records, unnest(actors) AS actor;

CREATE OR REPLACE VIEW gti_dashboard.malware AS
SELECT family, kind, coalesce(time, received_at) AS time, feed, identity
FROM gti.records, unnest(malware) AS family;

-- Alerts and issues that somebody still has to look at.
CREATE OR REPLACE VIEW gti_dashboard.open_work AS
SELECT kind, feed, id, title, coalesce(severity, 'unknown') AS severity, status,
       coalesce(time, received_at) AS time, link,
       extract(epoch FROM now() - coalesce(time, received_at))::bigint AS seconds_open
FROM gti.records
WHERE kind IN ('alert', 'issue')
  AND coalesce(status, 'new') !~* '^(closed|resolved|no_action|not_relevant|duplicate|tracked|false_positive|benign|mitigated)';

-- Vulnerabilities by how bad they are rated.
CREATE OR REPLACE VIEW gti_dashboard.vulnerabilities AS
SELECT id, title, coalesce(severity, 'unknown') AS severity, coalesce(time, received_at) AS time, link
FROM gti.records
WHERE kind = 'vulnerability';
