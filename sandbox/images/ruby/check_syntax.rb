# Reads every Ruby file of /box and says what does not parse; nothing is executed. Exit 1 if something does not.
#
#     main.rb:3: syntax error, unexpected ')'

failed = false
Dir.glob("*.rb", base: "/box").sort.each do |name|
  source = File.read("/box/#{name}", encoding: "UTF-8")
  RubyVM::InstructionSequence.compile(source, name, "/box/#{name}")
rescue SyntaxError, ArgumentError, EncodingError => error
  $stderr.puts error.message
  failed = true
end
exit !failed
