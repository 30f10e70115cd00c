"""Requests and answers of complaints."""
