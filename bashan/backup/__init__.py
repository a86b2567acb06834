"""Base backups and the write-ahead log, restored to any moment and proven by a drill."""
