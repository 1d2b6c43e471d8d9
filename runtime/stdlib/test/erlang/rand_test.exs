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

  test "shuffling" do
    for {algorithm, shuffled, next} <- [
          {:exsss, [9, 7, 16, 5, 1, 12, 4, 2, 15, 8, 20, 11, 10, 6, 19, 13, 17, 14, 3, 18], 475},
          {:exsp, [13, 7, 3, 4, 9, 1, 11, 12, 5, 10, 8, 6, 16, 15, 18, 2, 17, 14, 20, 19], 758},
          {:exsplus, [12, 9, 7, 4, 1, 13, 11, 3, 8, 18, 16, 5, 14, 17, 2, 6, 15, 10, 19, 20], 758},
          {:exrop, [3, 17, 9, 13, 15, 20, 2, 19, 1, 4, 14, 18, 10, 7, 16, 5, 6, 8, 11, 12], 923}
        ] do
      :rand.seed(algorithm, {1, 2, 3})
      assert :rand.shuffle(Enum.to_list(1..20)) == shuffled
      assert :rand.uniform(1000) == next
    end

    assert {[], _} = :rand.shuffle_s([], :rand.seed_s(:exsss, 1))
  end

  test "jumps" do
    for {algorithm, state} <- [exsss: [34679036167824359 | 50521418737993330], exrop: [136213523893352417 | 128031621138563644]] do
      {_, before} = :rand.shuffle_s(Enum.to_list(1..7), :rand.seed_s(algorithm, 42))
      assert :rand.export_seed_s(:rand.jump(before)) == {algorithm, state}
    end

    :rand.seed(:exsss, 7)
    :rand.jump()
    assert :rand.uniform(1000) == 173
  end

  test "niche generators" do
    state = :rand.mwc59(:rand.mwc59_seed(4711))
    assert state == 16_554_634_921_582_114
    assert :rand.mwc59_value32(state) == 2_935_831_586
    assert :rand.mwc59_value(state) == 507_009_131_883_985_922
    assert :rand.mwc59_float(state) == 0.28932119128137423
    assert :rand.splitmix64_next(12345) == {2_454_886_589_211_414_944, 11_400_714_819_323_210_830}
    {:exsp, exsp} = :rand.export_seed_s(:rand.seed_s(:exsp, 3))
    assert {134_176_076_957_544_171, _} = :rand.exsp_next(exsp)
    assert :rand.exsp_jump(exsp) == [68713979082763704 | 237666129103581755]
    assert_raise FunctionClauseError, fn -> :rand.mwc59(0) end
  end
end
