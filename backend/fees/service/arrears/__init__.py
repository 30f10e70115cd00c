"""Due process for arrears: what people do in a case, and what they see of it."""
