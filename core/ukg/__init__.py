"""UKG Pro: the HTTP client, what its rows look like, and the directory of employees they are joined into."""
