"""`python -m tests.faults.bus_only serve`: a Pinge that never looks for what no hint told of."""

from __future__ import annotations

from pinge import app
from pinge.__main__ import main
from pinge.sync import sweeping

app.OPENED.remove(sweeping.sweeping)

if __name__ == "__main__":
    main()
