"""The database: Tortoise models with their migrations, secrets at rest, locks between processes."""
