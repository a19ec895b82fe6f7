"""How many validation inputs torch answers at the end of a training (standard library only)."""

# `export.parity_inputs` may take fewer of them without a new training; the config's schema lets it take no more.
ANSWERED = 1000
