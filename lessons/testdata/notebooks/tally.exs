# not a title
IO.puts("## not a section")
