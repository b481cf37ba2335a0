-- The heartbeat: a row per writer, by the primary's clock. Run on the primary, in the database the exporter is told to
-- enter; replicas get it from there. It comes before the account's grants.
CREATE SCHEMA IF NOT EXISTS <schema>;
CREATE TABLE IF NOT EXISTS <heartbeat> (
  writer text PRIMARY KEY,
  written_at timestamptz NOT NULL
);
