<?php
// Brings settings along that would run another file first, or write to the next run's folder.
// expect: Exited 0
// says: itself
echo "itself\n";
