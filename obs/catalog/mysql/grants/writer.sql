-- The account that writes the heartbeat, and nothing else. Run on the primary, after heartbeat.sql.
CREATE USER IF NOT EXISTS '<user>'@'%' IDENTIFIED BY '<password>' REQUIRE SSL WITH MAX_USER_CONNECTIONS 2;
GRANT SELECT, INSERT, UPDATE ON <heartbeat> TO '<user>'@'%';
