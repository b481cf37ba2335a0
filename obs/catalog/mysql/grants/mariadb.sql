-- MariaDB 10.6 to 11.8. What the exporter may see: counters, everybody's sessions, replication; of tables the heartbeat.
-- SLAVE MONITOR and BINLOG MONITOR took over from REPLICATION CLIENT in 10.5 (without the first: error 1227).
CREATE USER IF NOT EXISTS '<user>'@'%' IDENTIFIED BY '<password>' REQUIRE SSL WITH MAX_USER_CONNECTIONS 3;
GRANT PROCESS, SLAVE MONITOR, BINLOG MONITOR ON *.* TO '<user>'@'%';
GRANT SELECT ON <heartbeat> TO '<user>'@'%';
