-- One beat. A read-only server refuses it (error 1290), so a writer that reaches the wrong node says so.
-- The variable keeps the number true where statements are replicated as text.
SET @beat = @@server_id;
INSERT INTO <heartbeat> (server_id, written_at) VALUES (@beat, CURRENT_TIMESTAMP(6))
  ON DUPLICATE KEY UPDATE written_at = CURRENT_TIMESTAMP(6);
