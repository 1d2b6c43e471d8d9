defmodule Erlang.RandTest do
  use ExUnit.Case, async: true

  # What OTP's rand gives for these seeds.
  for {algorithm, three, one} <- [
        {:exsss, {0.5455598952593053, 41, 126_475}, {0.3672301478324621, 31, 883_615}},
        {:exsp, {0.40502929729990744, 53, 545_758}, {0.0069907282017194206, 68, 218_738}},
        {:exsplus, {0.40502929729990744, 53, 545_758}, {0.006990728201719466, 68, 218_738}},
        {:exrop, {0.7498295129076106, 35, 512_923}, {0.6944173855195852, 43, 6758}}
      ] do
    test "#{algorithm} repeats its numbers" do
      for {seed, numbers} <- [{{1, 2, 3}, unquote(Macro.escape(three))}, {42, unquote(Macro.escape(one))}] do
        :rand.seed(unquote(algorithm), seed)
        assert {unquote(algorithm), _} = :rand.export_seed()
        assert {:rand.uniform(), :rand.uniform(100), :rand.uniform(1_000_000)} == numbers
      end
    end
  end
end
