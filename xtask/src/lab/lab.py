"""Starts JupyterLab with a Rust kernel kept ready, and builds that where it is missing; run by `cargo lab`, not by hand.

    lab.py SETTINGS JUPYTERLAB'S-ARGUMENTS...
"""

import json
import sys

# Beside this file.
import kernel_build

settings = json.loads(sys.argv.pop(1))
build = kernel_build.start(settings["build"])
try:
    # The first kernel gets ready while JupyterLab loads, if it is built.
    import ready_kernel

    sys.argv += ready_kernel.start(settings, build)
except Exception as error:
    print(f"No kernel is kept ready: {error}. The chapters work without; their first cells take longer.", flush=True)

from jupyterlab.labapp import main  # noqa: E402

sys.exit(main())
