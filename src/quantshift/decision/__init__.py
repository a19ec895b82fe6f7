"""May it ship: what a user accepts (policy), what was measured (candidates), and what follows for each model."""
