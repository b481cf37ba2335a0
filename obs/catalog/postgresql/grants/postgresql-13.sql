-- PostgreSQL 13 to 15. What the exporter may see: statistics and settings of everybody; of tables the heartbeat alone.
-- Three connections: the standing one, the one that knocks, and one for a second exporter while it is replaced.
-- 13 would keep the password as an md5 hash, with which nobody gets in where pg_hba.conf says scram-sha-256.
SET password_encryption = 'scram-sha-256';
DO $$ BEGIN CREATE ROLE "<user>"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER ROLE "<user>" LOGIN PASSWORD '<password>' CONNECTION LIMIT 3;
GRANT pg_monitor TO "<user>";
GRANT USAGE ON SCHEMA <schema> TO "<user>";
GRANT SELECT ON <heartbeat> TO "<user>";
