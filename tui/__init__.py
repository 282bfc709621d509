"""The terminal UI: every admin flow offline, over the same database as Slack and the command line."""
