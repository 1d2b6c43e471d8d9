defmodule Kernel.AfterVerifyTest do
  use ExUnit.Case, async: true

  def __after_verify__(module), do: send(__MODULE__, {:verified, module, module.name()})
  def again(module), do: send(__MODULE__, {:again, module})

  test "the hooks of @after_verify run once the module can be called" do
    # Elixir verifies in a process of its own.
    Process.register(self(), __MODULE__)

    Code.eval_string("""
    defmodule Verified do
      @after_verify Kernel.AfterVerifyTest
      @after_verify {Kernel.AfterVerifyTest, :again}
      def name, do: :verified
    end
    """)

    assert_receive {:verified, Verified, :verified}
    assert_receive {:again, Verified}
  after
    :code.purge(Verified)
    :code.delete(Verified)
  end
end
