<?php

$alphabet = implode(range('a', 'z'));
$shifted = substr($alphabet, 7) . substr($alphabet, 0, 7);
[$from, $to] = trim(fgets(STDIN)) === "encrypt" ? [$alphabet, $shifted] : [$shifted, $alphabet];
fgets(STDIN);
while (($word = fgets(STDIN)) !== false) {
    echo strtr($word, $from, $to);
}
