"""A program that never ends and uses nothing."""

import time

time.sleep(600)
