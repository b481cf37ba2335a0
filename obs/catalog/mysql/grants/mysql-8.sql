-- MySQL 8.0 to 9.7. What the exporter may see: counters, everybody's sessions, replication; of tables the heartbeat.
CREATE USER IF NOT EXISTS '<user>'@'%' IDENTIFIED WITH caching_sha2_password BY '<password>'
  REQUIRE SSL WITH MAX_USER_CONNECTIONS 3;
GRANT PROCESS, REPLICATION CLIENT ON *.* TO '<user>'@'%';
GRANT SELECT ON performance_schema.* TO '<user>'@'%';
GRANT SELECT ON <heartbeat> TO '<user>'@'%';
