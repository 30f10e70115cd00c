"""Small loopback servers that keep to the published contract of a service we call."""
