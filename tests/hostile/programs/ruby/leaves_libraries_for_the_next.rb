# Lays libraries into its home, from where Ruby might load them.
# expect: Exited 0
# says: laid
require "fileutils"
FileUtils.mkdir_p("/tmp/.local/share/gem/ruby/3.3.0/gems")
File.write("/tmp/.irbrc", "puts 'loaded'")
File.write("/tmp/.rubyopenssl", "")
File.write("/tmp/json.rb", "puts 'loaded'")
puts "laid"
