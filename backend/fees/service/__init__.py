"""What people do with fees. Each act takes a `Clerk`, who exists only after the check of who it is."""
