"""What fees are made of, without any framework: periods, prices, charges, meters, the double entry."""
