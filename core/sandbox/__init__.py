"""Local stand-ins of the outside systems, with a generated company: for the demo, for tests, for trying out."""
