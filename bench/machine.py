"""What the figures were measured on; a table without it says little."""

import os
import platform


def described() -> str:
    """One line, with what else the machine does: `2 cores, Linux 6.18.44, load 0.3 0.5 0.4`. Above a core's worth, wait."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, load {load}"
