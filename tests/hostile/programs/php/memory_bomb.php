<?php
// An array that only grows.
// expect: MemoryExceeded
ini_set('memory_limit', '-1');
$held = [];
while (true) {
    $held[] = str_repeat('x', 1 << 20);
}
