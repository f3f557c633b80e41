<?php echo "loaded\n"; exit(9);
