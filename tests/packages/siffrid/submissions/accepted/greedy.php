<?php

$number = trim(fgets(STDIN));
$length = strlen($number);
$sum = array_sum(str_split($number));
$largest = $smallest = "";
for ($place = 0, $rest = $sum; $place < $length; $place++) {
    $digit = min(9, $rest);
    $largest .= $digit;
    $rest -= $digit;
}
for ($place = $length - 1, $rest = $sum; $place >= 0; $place--) {
    $digit = $place === 0 ? $rest : min(9, $rest - 1);
    $smallest = $digit . $smallest;
    $rest -= $digit;
}
echo $smallest, " ", $largest, "\n";
