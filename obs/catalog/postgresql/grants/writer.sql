-- The account that writes the heartbeat, and nothing else. Run on the primary, after heartbeat.sql.
-- 13 would keep the password as an md5 hash.
SET password_encryption = 'scram-sha-256';
DO $$ BEGIN CREATE ROLE "<user>"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER ROLE "<user>" LOGIN PASSWORD '<password>' CONNECTION LIMIT 2;
GRANT USAGE ON SCHEMA <schema> TO "<user>";
GRANT SELECT, INSERT, UPDATE ON <heartbeat> TO "<user>";
