<?php
// Opens files and addresses in all the ways that a path can name.
// expect: Exited 0
// says: 0 of 7
$paths = ['/etc/shadow', '/proc/1/environ', 'php://filter/read=string.rot13/resource=/etc/shadow', 'http://127.0.0.1/',
    'glob:///run/sarap/*', 'expect://id', 'compress.zlib:///etc/shadow'];
$read = 0;
foreach ($paths as $path) {
    $read += is_string(@file_get_contents($path)) ? 1 : 0;
}
echo "$read of 7\n";
