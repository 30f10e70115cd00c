"""What every capability stands on: settings, database, HTTP edge, authority, audit trail, jobs, secrets."""
