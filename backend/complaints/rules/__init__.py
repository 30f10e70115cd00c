"""What complaints know without a database: the life of a ticket, its clocks, who may do what."""
