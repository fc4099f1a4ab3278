First table of __name__, and its outbox. One row an intent: `entry_once` holds a command to one entry.
