"""Portals: the port every kind of portal answers, and the kinds."""
