"""The `ukg` command: headless, thin, one file per group of commands."""
