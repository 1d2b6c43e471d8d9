for i <- 1..3 do
  IO.puts(i) end end
