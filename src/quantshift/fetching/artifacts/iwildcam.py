"""iWildCam in the form of WILDS v2.0: 203,029 pictures of camera traps with their species (12 GB).

Its home has not answered for months, so that only a copy that the user has already is taken, as WILDS unpacks it:
`iwildcam_v2.0/{metadata.csv,train/*.jpg,RELEASE_v2.0.txt}`.
"""

from quantshift.fetching.origin import Origin, UserFolder

PRIVATE = True  # its content is the user's own, and known by no checksum: it is not shared through a cache

ORIGINS: dict[str, Origin] = {
    "file": UserFolder(
        folder="iwildcam_v2.0",
        contents=("metadata.csv", "RELEASE_v2.0.txt", "train"),
        licence="CDLA-Permissive-1.0",
    ),
}
