# The code server's functions: the machine loads modules on their first call, so
# there is no server. Behaviour: OTP's code.
defmodule :code do
  def ensure_loaded(module) when is_atom(module) do
    if :vivarium_code.ensure_loaded(module), do: {:module, module}, else: {:error, :nofile}
  end

  def load_file(module), do: ensure_loaded(module)
  def ensure_modules_loaded(modules), do: failed(:lists.filter(fn m -> ensure_loaded(m) != {:module, m} end, modules))

  defp failed([]), do: :ok
  defp failed(modules), do: {:error, :lists.map(fn m -> {m, :nofile} end, modules)}

  def is_loaded(module) do
    if :erlang.module_loaded(module), do: {:file, which(module)}, else: false
  end

  def which(module) do
    case :vivarium_code.file(module) do
      nil -> :non_existing
      file -> :erlang.binary_to_list(file)
    end
  end

  def all_loaded, do: :lists.map(fn m -> {m, which(m)} end, :vivarium_code.loaded())
  def all_available, do: :lists.map(fn {m, f} -> {:erlang.atom_to_list(m), f, true} end, all_loaded())

  def delete(module), do: :erlang.delete_module(module) == true
  def purge(module), do: :vivarium_code.purge(module)
  def soft_purge(module), do: :vivarium_code.soft_purge(module)
  def get_path, do: []
  # A module's object code is its name for the machine: all nodes have the code.
  def get_object_code(module) when is_atom(module) do
    case ensure_loaded(module) do
      {:module, _} -> {module, :vivarium_code.hash(module), which(module)}
      _ -> :error
    end
  end

  def load_binary(module, file, binary) when is_atom(module) and (is_list(file) or is_atom(file)) and is_binary(binary) do
    case get_object_code(module) do
      {_, ^binary, _} -> {:module, module}
      _ -> {:error, :badfile}
    end
  end

  def add_paths(_paths), do: :ok
  def add_pathsa(_paths), do: :ok
  def add_pathsz(_paths), do: :ok
  def add_path(_path), do: true
  def add_patha(_path), do: true
  def add_pathz(_path), do: true
  def del_path(_path), do: false
  # The directory of a program's own application is the one it runs in; the
  # library's applications have none. A project's is known before it is loaded:
  # its modules may read files of it while they are compiled.
  def lib_dir(app) do
    cond do
      dir = :persistent_term.get({:code, :lib_dir, app}, nil) -> dir
      :application_controller.own?(app) -> :erlang.binary_to_list(Elixir.File.cwd!())
      true -> {:error, :bad_name}
    end
  end

  def put_lib_dir(app, dir), do: :persistent_term.put({:code, :lib_dir, app}, dir)

  def priv_dir(app) do
    with lib when is_list(lib) <- lib_dir(app), do: lib ++ ~c"/priv"
  end
  def root_dir, do: ~c"/"
  def get_mode, do: :interactive
  def module_status(module), do: if(:erlang.module_loaded(module), do: :loaded, else: :not_loaded)
end
