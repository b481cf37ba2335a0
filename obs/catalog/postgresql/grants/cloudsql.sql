-- Cloud SQL for PostgreSQL. The account is made by gcloud, not by SQL:
--   gcloud sql users create <user> --instance=INSTANCE --type=cloud_iam_service_account
-- and logs in with an IAM token as password, renewed every hour. Run the rest as postgres, who is in cloudsqlsuperuser.
ALTER ROLE "<user>" CONNECTION LIMIT 3;
GRANT pg_monitor TO "<user>";
GRANT USAGE ON SCHEMA <schema> TO "<user>";
GRANT SELECT ON <heartbeat> TO "<user>";
