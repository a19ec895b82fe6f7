"""Corruptions of a user's own test data: one file for each kind of data, which has these members.

- `NOUN`: what a message calls such data;
- `fits(data, inputs)`: whether the inputs are of this kind;
- `corrupted(selection, change, corruption)`: corrupted copies of the selected samples.

`store` chooses the kind that a collection of shifts requires, or else that of the data.
"""
