-- Amazon RDS for PostgreSQL, run as the master user, who holds rds_superuser and may grant pg_monitor.
-- rds_iam lets the exporter log in with an IAM token, renewed every 15 minutes, and with nothing else; its AWS role
-- needs rds-db:connect. Without IAM: leave that line out and give the role a password.
DO $$ BEGIN CREATE ROLE "<user>"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER ROLE "<user>" LOGIN CONNECTION LIMIT 3;
GRANT rds_iam TO "<user>";
GRANT pg_monitor TO "<user>";
GRANT USAGE ON SCHEMA <schema> TO "<user>";
GRANT SELECT ON <heartbeat> TO "<user>";
