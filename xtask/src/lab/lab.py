"""Starts JupyterLab with a Rust kernel kept ready; run by `cargo lab`, not by hand.

    lab.py SETTINGS JUPYTERLAB'S-ARGUMENTS...
"""

import json
import sys

settings = json.loads(sys.argv.pop(1))
try:
    # Beside this file. The first kernel gets ready while JupyterLab loads.
    import ready_kernel

    sys.argv += ready_kernel.start(settings)
except Exception as error:
    print(f"No kernel is kept ready: {error}. The chapters work without; their first cells take longer.", flush=True)

from jupyterlab.labapp import main  # noqa: E402

sys.exit(main())
