# A source that would run while it is checked, if anything did.
# expect: Exited 0
# says: first
# says: then
puts "then"
BEGIN { puts "first"; $stdout.flush }
