"""iWildCam as in WILDS v2.0: 203,029 camera trap images with their species (12 GB).

Its home has not responded for months, so the only origin is a copy that the user has already, as WILDS unpacks it:
`iwildcam_v2.0/{metadata.csv,train/*.jpg,RELEASE_v2.0.txt}`.
"""

from quantshift.fetching.origin import Origin, UserFolder

PRIVATE = True  # it has no known checksum, so it must not be shared through a cache

ORIGINS: dict[str, Origin] = {
    "file": UserFolder(
        folder="iwildcam_v2.0",
        contents=("metadata.csv", "RELEASE_v2.0.txt", "train"),
        licence="CDLA-Permissive-1.0",
    ),
}
