"""Due process for arrears: what may follow what, when, and in which words; law.md 5.7, Civil Code 944."""
