total = 1
IO.puts(totl)
