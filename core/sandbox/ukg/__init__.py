"""A local stand-in of UKG Pro: a generated company that moves day by day, served over HTTP."""
