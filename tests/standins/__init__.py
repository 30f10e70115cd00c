"""Small servers that play others by their published contracts; they import nothing of ours."""
