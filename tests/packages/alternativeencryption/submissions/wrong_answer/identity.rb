puts STDIN.read.lines.drop(2)
