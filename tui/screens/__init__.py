"""One screen a file; the services do the work."""
