defmodule FileTest do
  use ExUnit.Case

  setup do
    dir = Path.join(System.tmp_dir!(), "file_test_#{System.unique_integer([:positive])}")
    File.mkdir_p!(dir)
    on_exit(fn -> File.rm_rf!(dir) end)
    {:ok, dir: dir, path: Path.join(dir, "a.txt")}
  end

  test "links lead to files", %{dir: dir, path: file} do
    File.write!(file, "one")
    hard = Path.join(dir, "hard")
    soft = Path.join(dir, "soft")
    assert File.ln(file, hard) == :ok
    assert File.ln_s("a.txt", soft) == :ok
    assert File.ln_s("a.txt", soft) == {:error, :eexist}
    assert File.read_link(soft) == {:ok, "a.txt"}
    assert File.read_link(file) == {:error, :einval}
    File.write!(soft, "two")
    assert {File.read!(file), File.read!(hard)} == {"two", "two"}
    assert {File.lstat!(soft).type, File.stat!(soft).type} == {:symlink, :regular}
    assert File.stat!(hard).links == 2
    File.rm!(file)
    assert {File.exists?(soft), File.read!(hard)} == {false, "two"}
    File.ln_s!("round", Path.join(dir, "round"))
    assert File.read(Path.join(dir, "round")) == {:error, :eloop}
  end

  test "copying a tree", %{dir: dir} do
    from = Path.join(dir, "from")
    to = Path.join(dir, "to")
    File.mkdir_p!(Path.join(from, "inner"))
    File.write!(Path.join(from, "inner/x"), "x")
    File.chmod!(Path.join(from, "inner/x"), 0o600)
    assert {:ok, copied} = File.cp_r(from, to)
    assert Enum.sort(copied) == [to, Path.join(to, "inner"), Path.join(to, "inner/x")]
    assert File.stat!(Path.join(to, "inner/x")).mode == 0o100600
    assert File.cp_r(from, Path.join(from, "inner")) == {:error, :einval, Path.join(from, "inner")}
    File.write!(Path.join(from, "inner/x"), "y")
    assert {:ok, _} = File.cp_r(from, to, on_conflict: fn _, _ -> false end)
    assert File.read!(Path.join(to, "inner/x")) == "x"
    assert File.rename(from, to) == {:error, :eexist}
    assert {:ok, removed} = File.rm_rf(to)
    assert length(removed) == 3

    assert_raise File.CopyError, ~r/could not copy recursively from .* no such file/, fn ->
      File.cp_r!("nowhere", to)
    end
  end

  test "directories", %{dir: dir, path: file} do
    File.write!(file, "")
    assert File.mkdir_p(Path.join(file, "x")) == {:error, :enotdir}
    assert File.rm(dir) == {:error, :eperm}
    assert File.rmdir(dir) == {:error, :eexist}
    assert_raise File.Error, ~r/directory is not empty/, fn -> File.rmdir!(dir) end
    assert File.write(dir, "") == {:error, :eisdir}
    before = File.cwd!()
    assert File.cd!(dir, fn -> {File.read!("a.txt"), Path.expand("a.txt")} end) == {"", file}
    assert File.cwd!() == before
    assert File.cd("/nowhere") == {:error, :enoent}
    assert File.read("a\0b") == {:error, :badarg}
    assert_raise ArgumentError, ~r/null byte/, fn -> File.rm_rf("a\0b") end
  end

  test "devices", %{path: file} do
    File.open!(file, [:write, :utf8], &IO.write(&1, "日本\r\nx"))

    File.open!(file, [:utf8], fn device ->
      assert {IO.getn(device, ""), IO.read(device, :line)} == {"日", "本\n"}
      assert :file.position(device, 0) == {:ok, 0}
      assert IO.read(device, :eof) == "日本\nx"
      assert {IO.read(device, :eof), IO.read(device, 1)} == {:eof, :eof}
    end)

    File.open!(file, [:read], fn device ->
      assert IO.binread(device, 3) == "日"
      assert :file.pread(device, 0, 3) == {:ok, "日"}
      assert_raise ArgumentError, fn -> IO.write(device, "x") end
    end)

    File.open!(file, [:charlist], &assert(IO.read(&1, 1) == [0xE6]))
    File.open!(file, [:write, {:encoding, {:utf16, :little}}], &IO.write(&1, "né"))
    assert File.read!(file) == <<?n, 0, 0xE9, 0>>
    assert File.open!(file, [{:encoding, {:utf16, :little}}], &IO.read(&1, 2)) == "né"

    File.open!(file, [:write, :read], fn device ->
      IO.binwrite(device, "12345")
      assert :file.pwrite(device, 1, "xy") == :ok
      assert :file.position(device, 4) == {:ok, 4}
      assert :file.truncate(device) == :ok
    end)

    assert File.read!(file) == "1xy4"
  end

  test "streams", %{path: file} do
    File.write!(file, "\uFEFFab\r\ncd")
    assert Enum.to_list(File.stream!(file, [:trim_bom])) == ["ab\n", "cd"]
    assert Enum.count(File.stream!(file)) == 2
    assert Enum.to_list(File.stream!(file, 4, [:trim_bom])) == ["ab\r\n", "cd"]
    assert Enum.to_list(File.stream!(file, 2, read_offset: 5)) == ["\r\n", "cd"]
    assert Enum.count(File.stream!(file, 4)) == 3
    assert %File.Stream{raw: true, modes: [:raw, :read_ahead, :binary]} = File.stream!(file)
    stream = File.stream!(file, [:append])
    assert Enum.into(["ef"], stream) == stream
    assert File.read!(file) == "\uFEFFab\r\ncdef"
    assert_raise File.Error, ~r/could not stream/, fn -> Enum.to_list(File.stream!("nowhere")) end
  end

  test "names", %{dir: dir} do
    for name <- ["a.ex", "b.exs", ".c.ex", "d/e.ex"] do
      File.mkdir_p!(Path.dirname(Path.join(dir, name)))
      File.touch!(Path.join(dir, name), 1_000)
    end

    assert File.stat!(Path.join(dir, "a.ex"), time: :posix).mtime == 1_000
    names = &(dir |> Path.join(&1) |> Path.wildcard(&2) |> Enum.map(fn path -> Path.relative_to(path, dir) end))
    assert names.("*.ex", []) == ["a.ex"]
    assert names.("*.ex", match_dot: true) == [".c.ex", "a.ex"]
    assert names.("**/*.{ex,exs}", []) == ["a.ex", "b.exs", "d/e.ex"]
    File.ln_s!("../..", Path.join(dir, "up"))
    assert Path.safe_relative("up/x", dir) == :error
    assert Path.safe_relative("d/../a.ex", dir) == {:ok, "a.ex"}
  end
end
