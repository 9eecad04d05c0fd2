"""The ledger of money: reserved before a request is sent, settled after it. Imports _files, _wire, model and errors.

`month` is the file of a calendar month and what its lines come to; `ledger` holds the caps, and what is sent asks it
first; `report` adds up what was spent. Each project has its own ledger on each machine, and it knows of no other.
"""

from voicekit._ledger.ledger import Booking, Ledger
from voicekit._ledger.month import FOLDER, Entry, Held
from voicekit._ledger.report import BY, Report, Spent, months, report

__all__ = ["BY", "FOLDER", "Booking", "Entry", "Held", "Ledger", "Report", "Spent", "months", "report"]
