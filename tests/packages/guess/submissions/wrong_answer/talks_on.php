<?php

$low = 1;
$high = 1000;
do {
    $guess = intdiv($low + $high, 2);
    echo $guess, "\n";
    $answer = trim(fgets(STDIN));
    if ($answer === "lower") {
        $high = $guess - 1;
    } else {
        $low = $guess + 1;
    }
} while ($answer !== "correct");
echo "I knew it\n";
