<?php

while (fscanf(STDIN, "%d %d", $left, $right) === 2) {
    echo abs($left - $right), "\n";
}
echo "0\n";
