-- How often something was booked that may be older than what the watch has looked at. It goes on only where
-- that has not changed since it began to look.
ALTER TABLE clearing_watch ADD COLUMN late_bookings bigint NOT NULL DEFAULT 0;
GRANT UPDATE (late_bookings) ON clearing_watch TO acquiring_app;
