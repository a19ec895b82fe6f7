"""Words that stand in paths, tables and the config, and that several packages use."""

# The variant that is not quantized, the reference of all others.
FLOAT32 = "float32"
# The clean test set: its suite, and its name as a shift.
CLEAN_SUITE = "clean"
NO_SHIFT = "none"
VALIDATION_SHIFT = "validation"
SPLITS = ("train", "validation", "calibration", "test")
TABLES = ("evaluation", "variants", "detectors", "retraining", "findings", "published_comparison")

# Protocols of retraining: all disagreements join the training, as published, which leaks; those of one half of the
# inputs join it and the other half is counted; none joins, and the model trains for as long.
PUBLISHED = "published"
HELD_OUT = "held_out"
CONTROL = "control"
PROTOCOLS = (PUBLISHED, HELD_OUT, CONTROL)

# Verdicts on a claim.
SUPPORTED = "supported"
CONTRADICTED = "contradicted"
INCONCLUSIVE = "inconclusive"
VERDICTS = (SUPPORTED, CONTRADICTED, INCONCLUSIVE)
# What an effect is averaged over.
LEVELS = ("cell", "architecture", "dataset", "overall")
# What an interval is about: these models on other inputs, or other seeds as well.
INPUTS = "inputs"
SEEDS = "seeds"
