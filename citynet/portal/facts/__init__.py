"""Read a folder of CSV files into the model: `demo/README.md` says which files and columns there are.

Everything happens in one transaction, in two passes. The first reads every file and judges each cell by
itself, so that one run names as many mistakes as it can. The second links the rows, lets the model judge
each as a whole, and writes what is new or different. Only changed rows cost statements of their own.
"""

from .reading import FactsError
from .writing import Report, load

__all__ = ["FactsError", "Report", "load"]
