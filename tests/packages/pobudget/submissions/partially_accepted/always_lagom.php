<?php

echo "Lagom\n";
