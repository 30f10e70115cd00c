"""What is decided about common income and the maintenance fund, without a framework."""
