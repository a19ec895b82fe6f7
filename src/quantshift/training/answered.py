"""How many validation inputs a training looks at: the others are for detectors (standard library only)."""

# `export.parity_inputs` may take fewer of them without a new training; the config's schema lets it take no more.
ANSWERED = 1000
# Of which the accuracy is shown after each epoch.
MEASURED = 2000
