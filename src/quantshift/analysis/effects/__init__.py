"""Effects (differences of rates between models and test sets) and claims about them."""
