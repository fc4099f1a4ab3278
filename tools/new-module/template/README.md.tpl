# __name__

__description__.

**Owns** the schema `__name__`: `entry`, append-only.

**Promises** that a command recorded once is recorded for ever, and that repeating it changes nothing more.

**Tells** `__name__.entry_recorded` when an entry is recorded.

**Limits**: a text has at most 1,000 characters.
