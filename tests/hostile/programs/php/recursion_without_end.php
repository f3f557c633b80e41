<?php
// Calls itself for ever.
// expect: MemoryExceeded
ini_set('memory_limit', '-1');
ini_set('zend.max_allowed_stack_size', '-1');
function deeper($n)
{
    return deeper($n + 1) + 1;
}
deeper(0);
