for p <- ["/./foo","/foo/./bar","//foo//bar/","/foo/../bar","foo/./b/.","/foo/.", "a/", "./a", ".", "", "/", "/.", "..", "a//b"], do: IO.inspect {p, Path.absname(p, "/r/./s/"), Path.absname(p, "x/./y")}
for p <- ["../foo/./bar/.", "a/../b", "a/../../b", ".", "", "/a/b", "/x"], c <- ["/a", "a", "..", "/"], f <- [false, true], do: IO.puts inspect {p, c, f, Path.relative_to(p, c, force: f)}
for p <- ["foo.ex", "foo", ".foo", "a.b/c", "a.b/.c", "foo.", "a/b.ex/", ".a.b"], do: IO.inspect {p, Path.rootname(p), Path.rootname(p, ".ex"), Path.extname(p), Path.basename(p), Path.basename(p, ".ex"), Path.dirname(p)}
r = fn f -> try do f.() rescue e -> IO.puts(inspect(e.__struct__) <> Exception.message(e)) else v -> IO.inspect v end end
r.(fn -> Path.wildcard("foo\0bar") end)
r.(fn -> Path.safe_relative("a/../../b") end)
r.(fn -> Path.safe_relative("a/../b/.") end)
r.(fn -> Path.safe_relative("") end)
r.(fn -> Path.safe_relative("a/..") end)
r.(fn -> Path.safe_relative("/a") end)
for p <- [".foo", "a/.foo", "/.foo", "/a/.b", ".", "..", "a.", "a/b.ex/", "a.b/", "x.ex.ex", ".ex", "a/.ex", "b..ex", "..ex"], do: IO.inspect {p, Path.rootname(p), Path.rootname(p, ".ex"), Path.extname(p), Path.basename(p, ".ex")}
for p <- ["a/../b", "/../a", "/a/./b/../../c/", ".."], do: IO.inspect {p, Path.expand(p, "/r/s"), Path.split(p), Path.relative(p), Path.type(p), Path.dirname(p)}
