<?php
// Lifts PHP's own limits on time.
// expect: CpuTimeExceeded
set_time_limit(0);
ignore_user_abort(true);
while (true) {
}
