"""What officers say of a file beside its bytes: what its columns mean, and the right values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from publishing.columns import LISTS, Column, Vocabulary
from publishing.grids import Grid
from publishing.tables import Cells, Table, find_table


@dataclass(frozen=True, slots=True)
class Edits:
    """Applied whenever the file is read; the bytes stay as they came."""

    meanings: Mapping[str, Column | None] = field(default_factory=dict)  # of headers
    cells: Mapping[str, Cells] = field(default_factory=dict)  # by worksheet
    left_out: frozenset[tuple[str, int]] = frozenset()  # worksheet and row

    def find_table(self, grid: Grid, words: Vocabulary = LISTS) -> Table | None:
        """Return the grid as a table with the edits, or None if there is no header.

        Words remembered from another file that leave this one without a header do not count.
        """
        cells = self.cells.get(grid.name)
        found = find_table(grid, words.knowing(self.meanings), cells)
        return found or find_table(grid, words, cells)

    @property
    def rows(self) -> set[tuple[str, int]]:
        """The rows that something is said of."""
        return {(tab, row) for tab, cells in self.cells.items() for row in cells} | self.left_out


NO_EDITS = Edits()
