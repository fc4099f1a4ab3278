-- A refund that never left its process: the same command is to make it anew.
GRANT DELETE ON refund TO acquiring_app;
