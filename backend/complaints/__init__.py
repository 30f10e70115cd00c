"""Complaints: residents whistle, the property firm reports in (居民吹哨、物业报到)."""
