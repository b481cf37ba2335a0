-- Amazon RDS and Aurora MySQL 8, run as the master user, who holds these privileges and may grant them.
-- The plugin lets the exporter log in with an IAM token, renewed every 15 minutes; its role needs rds-db:connect.
CREATE USER IF NOT EXISTS '<user>'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'
  REQUIRE SSL WITH MAX_USER_CONNECTIONS 3;
GRANT PROCESS, REPLICATION CLIENT ON *.* TO '<user>'@'%';
GRANT SELECT ON performance_schema.* TO '<user>'@'%';
GRANT SELECT ON <heartbeat> TO '<user>'@'%';
