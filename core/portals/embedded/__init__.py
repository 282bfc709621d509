"""The embedded portal: learners, invites and custom user data in our own database."""
