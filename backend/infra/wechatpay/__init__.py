"""WeChat Pay API v3 for one merchant: orders, queries, refunds, bills, and notices that prove themselves."""
