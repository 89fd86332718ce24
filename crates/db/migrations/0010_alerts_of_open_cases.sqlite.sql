-- Cases that were open before alerts came are looked at for the first time.
UPDATE cases SET alert_at = received_at
WHERE alert_at IS NULL AND erased_at IS NULL AND (is_open OR due_at IS NOT NULL);
