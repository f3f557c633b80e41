<?php

$count = (int) fgets(STDIN);
for ($index = 1; $index <= $count; $index++) {
    $word = fgets(STDIN);
    if ($index % 2 === 1) {
        echo $word;
    }
}
