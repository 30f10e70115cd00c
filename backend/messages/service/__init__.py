"""Use cases of messages, by subject: the inbox, consents, deliveries."""
