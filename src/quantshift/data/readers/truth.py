"""Find the labels and groups of a user's samples: in the data, in a file of their own, or in the names of folders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.expected import quoted
from quantshift.data.readers.given import Groups, Labels
from quantshift.data.readers.labels import Values, read_names, to_groups, to_labels
from quantshift.data.readers.side_files import ENDINGS, read_values
from quantshift.data.readers.tables import Table

# Values, and how messages name the place that they are from.
Place = tuple[Values, str]
# Columns or arrays that are read if no other is stated.
LABELS = ("labels", "label")
GROUPS = ("groups", "group")


@dataclass(frozen=True)
class TruthOptions:
    """Where labels and groups are.

    Attributes:
        labels: an array or column of the data (a text), a file of their own (a path), or None for an array or column
            `labels` or `label` if there is one.
        groups: the same for groups, `groups` or `group`.
        classes: a file with the names of the model's classes, one per line in their order, or None.
    """

    labels: str | Path | None = None
    groups: str | Path | None = None
    classes: Path | None = None

    @property
    def files(self) -> list[Path]:
        """The files with labels, groups and names of classes."""
        return [value for value in (self.labels, self.groups, self.classes) if isinstance(value, Path)]

    def columns(self, names: Collection[str], features: Collection[str], path: Path) -> tuple[str | None, str | None]:
        """Return the arrays or columns of the data that hold labels and groups; None where there are none.

        Args:
            names: names of all arrays or columns.
            features: names of the model's inputs, which hold neither.
            path: the file, for messages.

        Raises:
            QuantshiftError: a stated one is missing, or two could be meant.
        """
        return _column(self.labels, LABELS, names, features, path), _column(self.groups, GROUPS, names, features, path)

    def read(
        self,
        count: int,
        labels: Place | None,
        groups: Place | None,
        files: Sequence[str] | None = None,
    ) -> tuple[Labels | None, Groups | None]:
        """Return the labels and groups of n samples; files of their own come first.

        Args:
            count: number of samples.
            labels: values in the data, with the name of their place, or None.
            groups: the same for groups.
            files: names of the samples' files, if each has one.

        Raises:
            QuantshiftError: a file is missing or damaged, or labels or groups do not belong to the samples.
        """
        if isinstance(self.labels, Path):
            labels = read_values(self.labels, LABELS[1], files)
        if isinstance(self.groups, Path):
            groups = read_values(self.groups, GROUPS[1], files)
        names = None if self.classes is None else read_names(self.classes)
        return (
            None if labels is None else to_labels(labels[0], count, labels[1], names),
            None if groups is None else to_groups(groups[0], count, groups[1]),
        )

    def read_table(self, table: Table, features: Collection[str]) -> tuple[Labels | None, Groups | None]:
        """Return the labels and groups of a table's rows.

        Args:
            table: the table.
            features: names of the model's inputs, whose columns hold neither.

        Raises:
            QuantshiftError: see `columns` and `read`.
        """
        labels, groups = self.columns(list(table.columns), features, table.path)
        return self.read(
            table.rows,
            None if labels is None else (table.columns[labels], table.where(labels)),
            None if groups is None else (table.columns[groups], table.where(groups)),
        )


def stated(text: str) -> str | Path:
    """Return what a user means by `labels` or `groups`: a file, or else an array or column of the data.

    >>> stated("diagnosis"), stated("truth/labels.npy").name
    ('diagnosis', 'labels.npy')
    """
    path = Path(text)
    return path if path.suffix.lower() in ENDINGS else text


def _column(
    stated: str | Path | None, usual: Sequence[str], names: Collection[str], features: Collection[str], path: Path
) -> str | None:
    if isinstance(stated, str):
        if stated not in names:
            raise QuantshiftError(
                f"{path} has no {usual[1]}s {stated!r}, only {quoted(names)}: state one of these ({usual[0]} in the "
                f"config), or a file (--{usual[0]})"
            )
        return stated
    candidates = [name for name in usual if name in names and name not in features]
    if len(candidates) > 1:
        raise QuantshiftError(
            f"{path} has both {candidates[0]!r} and {candidates[1]!r}: state which one to read ({usual[0]} in the "
            f"config), or give a file (--{usual[0]})"
        )
    return candidates[0] if candidates else None
