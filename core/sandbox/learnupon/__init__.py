"""A local stand-in of LearnUpon: a realm of portals, served over its REST API with every open question a switch."""
