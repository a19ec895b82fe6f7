"""How the report shows the inputs of each modality; a member's name is the modality's.

`shown` takes the folder of a test set, the numbers of inputs and the shape of an input, and returns a text for each,
which the page shows by the modality's name.
"""
