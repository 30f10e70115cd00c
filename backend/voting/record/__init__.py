"""What an election folder holds beside the two archives, and the checks that bind it all together."""
