<?php
// Starts shells for ever.
// expect: CpuTimeExceeded or WallTimeExceeded
while (true) {
    @popen('while :; do :; done', 'r');
}
