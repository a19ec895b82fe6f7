"""Ship decisions: the user's requirements (policy), the measurements (candidates) and the decision for each model."""
