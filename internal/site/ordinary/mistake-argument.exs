String.upcase(1)
