"""Names in paths, tables and the config that several packages use."""

# The unquantized variant, the reference for all others.
FLOAT32 = "float32"
# The clean test set: its suite, and its name as a shift.
CLEAN_SUITE = "clean"
NO_SHIFT = "none"
VALIDATION_SHIFT = "validation"
# The origin of a user's own model, and its training method in its id and in tables.
GIVEN = "given"
# The suite of the shifted test sets that a user gives.
GIVEN_SUITE = "given"
# The splits of a user's own data. Detectors are fitted on the calibration data, stored as validation data too.
GIVEN_SPLITS = ("validation", "calibration", "test")
SPLITS = ("train", "validation", "calibration", "test")
TABLES = ("evaluation", "variants", "detectors", "retraining", "findings", "published_comparison")

# Statuses of a variant: whether the model can take the preset.
APPLICABLE = "ok"
NOT_APPLICABLE = "not applicable"
STATUSES = (APPLICABLE, NOT_APPLICABLE)

# Retraining protocols: the training data gains all disagreements, as published, which leaks test data; or those of one
# half of the inputs, with disagreements counted on the other half; or none, for an equally long training.
PUBLISHED = "published"
HELD_OUT = "held_out"
CONTROL = "control"
PROTOCOLS = (PUBLISHED, HELD_OUT, CONTROL)

# Verdicts on a claim.
SUPPORTED = "supported"
CONTRADICTED = "contradicted"
INCONCLUSIVE = "inconclusive"
VERDICTS = (SUPPORTED, CONTRADICTED, INCONCLUSIVE)
# Levels that an effect is averaged to.
LEVELS = ("cell", "architecture", "dataset", "overall")
# What an interval generalizes to: other inputs of the same models, or other training seeds as well.
INPUTS = "inputs"
SEEDS = "seeds"
