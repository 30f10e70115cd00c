"""What the registry knows without a database: units, documents, and how a roll sheet is read."""
