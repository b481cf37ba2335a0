-- One beat. A standby refuses it (SQLSTATE 25006), so a writer that reaches the wrong node says so.
INSERT INTO <heartbeat> (writer, written_at) VALUES ('obs', clock_timestamp())
  ON CONFLICT (writer) DO UPDATE SET written_at = excluded.written_at;
