# What a process that compiles a file does about a module that is not there: it
# waits until another file of the same compilation has defined it. Set as the
# process's error handler by Kernel.ParallelCompiler.
defmodule Kernel.ErrorHandler do
  def undefined_function(module, fun, args) do
    ensure_loaded(module) || ensure_compiled(module, :module, :hard)
    :error_handler.undefined_function(module, fun, args)
  end

  def undefined_lambda(module, fun, args) do
    ensure_loaded(module) || ensure_compiled(module, :module, :hard)
    :error_handler.undefined_lambda(module, fun, args)
  end

  def ensure_loaded(module), do: :code.ensure_loaded(module) == {:module, module}

  # :found when the module is there now, :not_found when it will not come. Who
  # waits softly hears of a circle of files that wait for each other (:deadlock)
  # and goes on; otherwise the circle ends the compilation.
  def ensure_compiled(module, kind, mode) do
    {leader, file} = :erlang.get(:elixir_compiler_info)
    ref = :erlang.make_ref()
    send(leader, {:waiting, kind, mode, self(), ref, file, module})

    receive do
      {^ref, answer} -> answer
    end
  end

  # Tells that a module, or the struct of one still open, can be used now.
  def available(kind, module) do
    {pid, file} = :erlang.get(:elixir_compiler_info)
    ref = :erlang.make_ref()
    send(pid, {:available, kind, self(), ref, file, module})

    receive do
      {^ref, :ack} -> :ok
    end
  end
end
