"""How many validation inputs a training uses; detectors use the others (standard library only)."""

# Number of validation inputs for which a training stores torch's logits. `export.parity_inputs` may be smaller without
# a new training; the config's schema does not allow it to be larger.
ANSWERED = 1000
# Number of validation inputs on which the accuracy is measured after each epoch.
MEASURED = 2000
