-- The heartbeat: a row per server that writes, in UTC with microseconds. Run on the primary; replicas get it from there.
-- A literal server_id keeps the row true where statements are replicated as text.
CREATE DATABASE IF NOT EXISTS obs;
CREATE TABLE IF NOT EXISTS <heartbeat> (
  server_id INT UNSIGNED NOT NULL PRIMARY KEY,
  written_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB;
