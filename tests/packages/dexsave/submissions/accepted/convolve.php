<?php

[$difficulty, $modifier] = array_map('intval', explode(' ', trim(fgets(STDIN))));
$luck = trim(fgets(STDIN));
$dice = array_slice(preg_split('/\s+/', trim(fgets(STDIN))), 1);

$bonus = [0 => 1.0];
foreach ($dice as $die) {
    $sides = (int) substr($die, 2);
    $sign = $die[0] === '+' ? 1 : -1;
    $rolled = [];
    foreach ($bonus as $total => $chance) {
        for ($side = 1; $side <= $sides; $side++) {
            $key = $total + $sign * $side;
            $rolled[$key] = ($rolled[$key] ?? 0.0) + $chance / $sides;
        }
    }
    $bonus = $rolled;
}

$answer = 0.0;
for ($kept = 2; $kept <= 20; $kept++) {
    $ways = match ($luck) {
        'straight' => 20,
        'advantage' => 2 * $kept - 1,
        'disadvantage' => 2 * (21 - $kept) - 1,
    };
    $success = 0.0;
    foreach ($bonus as $total => $chance) {
        if ($kept === 20 || $kept + $modifier + $total >= $difficulty) {
            $success += $chance;
        }
    }
    $answer += $ways / 400 * $success;
}
printf("%.8f\n", $answer);
