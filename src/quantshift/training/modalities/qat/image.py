"""Images: weights and activations are rounded, and activations have learned ranges."""

SETTINGS = {
    "range_momentum": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "description": "weight of a new batch in the moving minimum and maximum of an activation",
    },
}
