"""Due process for arrears: what may follow what, when, and in which words; Civil Code 944."""
