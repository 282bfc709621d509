"""Everything but the two faces: the domain, UKG Pro, the portals, the store, the sync, the admin flows."""
