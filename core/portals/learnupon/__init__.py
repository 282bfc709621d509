"""LearnUpon over its REST API: the HTTP side, one call of the API a method."""
