"""The parts of training methods that depend on the modality: one folder per method, one file per modality.

A file's `SETTINGS` are the hyperparameters of the method for this modality, in addition to its own. A method without a
folder here treats all inputs alike. `augmentation` is the part that all methods share.
"""
