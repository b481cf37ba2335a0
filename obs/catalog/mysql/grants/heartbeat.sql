-- The heartbeat: a row per server that writes, by the primary's clock. Run on the primary; replicas get it from there.
-- It comes before the account's grants.
CREATE DATABASE IF NOT EXISTS <schema>;
CREATE TABLE IF NOT EXISTS <heartbeat> (
  server_id INT UNSIGNED NOT NULL PRIMARY KEY,
  written_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;
