IO.puts("a
b = 1
