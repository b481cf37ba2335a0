-- Cloud SQL for MySQL 8. The account is made by gcloud, not by SQL:
--   gcloud sql users create <user> --instance=INSTANCE --type=cloud_iam_service_account
-- and logs in with an IAM token as password, renewed every hour. Run the rest as root, who holds cloudsqlsuperuser.
ALTER USER '<user>'@'%' REQUIRE SSL WITH MAX_USER_CONNECTIONS 3;
GRANT PROCESS, REPLICATION CLIENT ON *.* TO '<user>'@'%';
GRANT SELECT ON performance_schema.* TO '<user>'@'%';
GRANT SELECT ON <heartbeat> TO '<user>'@'%';
