x = fn -> loop() end
spawn(fn -> Process.sleep(:infinity) end)
IO.puts "no parens", 1
