# Which tests failed in the last run, by {module, name}, with the file they are
# in. The file format is ExUnit's: {version, manifest}.
defmodule ExUnit.FailuresManifest do
  @version 1

  def new, do: %{}

  def put_test(manifest, %{state: nil} = test), do: Map.delete(manifest, {test.module, test.name})

  def put_test(manifest, %{state: {status, _}} = test) when status in [:failed, :invalid],
    do: Map.put(manifest, {test.module, test.name}, test.tags.file)

  def put_test(manifest, _test), do: manifest

  def write!(manifest, path), do: store!(path, Map.reject(manifest, &gone?/1))
  def fail_all!(path), do: store!(path, :all)

  defp store!(path, content) do
    path |> Path.dirname() |> File.mkdir_p!()
    File.write!(path, :erlang.term_to_binary({@version, content}))
  end

  defp gone?({{module, name}, file}),
    do: not File.regular?(file) or (Code.loaded?(module) and not function_exported?(module, name, 1))

  def read(path) do
    case load(path) do
      %{} = manifest -> manifest
      _ -> new()
    end
  end

  # {files, ids of tests}, or :all
  def info(path) do
    case load(path) do
      :all -> :all
      %{} = manifest -> {MapSet.new(Map.values(manifest)), MapSet.new(Map.keys(manifest))}
      _ -> {MapSet.new(), MapSet.new()}
    end
  end

  defp load(path) do
    with {:ok, binary} <- File.read(path),
         {@version, content} <- :erlang.binary_to_term(binary) do
      content
    end
  rescue
    ArgumentError -> :error
  end
end
