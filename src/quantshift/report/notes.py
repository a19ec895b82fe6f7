"""What the page states about single variants: what was assumed about a user's file, or searched and chosen."""

import pandas as pd


def notes(variants: pd.DataFrame) -> list[dict[str, str]]:
    """Return the notes on variants, one for each model and variant, in the order of the table.

    Args:
        variants: the table `variants`; of several seeds with notes, the first one counts.
    """
    columns = ["dataset", "architecture", "method", "variant"]
    noted = variants[variants["notes"] != ""].drop_duplicates(columns)
    return [
        {str(key): str(value) for key, value in row.items()} for row in noted[[*columns, "notes"]].to_dict("records")
    ]
