"""The Belenios v1 protocol on BELENIOS-2048: producer and strict verifier, standard library only."""
