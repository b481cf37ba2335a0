-- PostgreSQL 16 to 18. What the exporter may see: statistics and settings of everybody; of tables the heartbeat alone.
-- Three connections: the standing one, the one that knocks, and one for a second exporter while it is replaced.
-- pg_use_reserved_connections lets it in when the server is full, if reserved_connections keeps slots (default 0).
DO $$ BEGIN CREATE ROLE "<user>"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER ROLE "<user>" LOGIN PASSWORD '<password>' CONNECTION LIMIT 3;
GRANT pg_monitor TO "<user>";
GRANT pg_use_reserved_connections TO "<user>";
GRANT USAGE ON SCHEMA <schema> TO "<user>";
GRANT SELECT ON <heartbeat> TO "<user>";
