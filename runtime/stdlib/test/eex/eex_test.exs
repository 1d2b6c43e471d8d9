defmodule EEx.SampleTest do
  use ExUnit.Case, async: true

  defmodule Views do
    require EEx
    EEx.function_from_string(:def, :greet, "Hello, <%= name %>!", [:name])
    EEx.function_from_string(:def, :list, "<ul><%= for x <- xs do %><li><%= x %></li><% end %></ul>", [:xs])
  end

  test "functions from templates" do
    assert Views.greet("Joe") == "Hello, Joe!"
    assert Views.list([1, 2]) == "<ul><li>1</li><li>2</li></ul>"
  end

  test "bindings, assigns, comments and quotations" do
    assert EEx.eval_string("<%= @a + b %>", [assigns: [a: 1], b: 2]) == "3"
    assert EEx.eval_string("ab<%!-- <%= no %> --%>c", []) == "abc"
    assert EEx.eval_string("<%% raw %>") == "<% raw %>"
    assert EEx.eval_string("<%= if true do %>yes<% else %>no<% end %>") == "yes"
    assert EEx.eval_string("<%= case 1 do %>\n<% 1 -> %>one<% _ -> %>other<% end %>") == "one"
    assert EEx.eval_string("<%= Enum.map([1, 2], fn x -> %>[<%= x %>]<% end) %>") == "[1][2]"
  end

  test "trimmed lines" do
    text = "<%= for x <- [1, 2] do %>\n  <%= x %>\n<% end %>\nend\n"
    assert EEx.eval_string(text, [], trim: true) == "\n1\n\n2\n\nend\n"
    assert EEx.eval_string(text) == "\n  1\n\n  2\n\nend\n"
  end

  test "mistakes have their places" do
    assert_raise EEx.SyntaxError, ~r/nofile:2:3: expected closing '%>' for EEx expression/, fn ->
      EEx.eval_string("a\n  <%= b")
    end

    assert_raise EEx.SyntaxError, ~r/unexpected end of expression <% end %>/, fn -> EEx.eval_string("<% end %>") end
    assert_raise EEx.SyntaxError, ~r/expected a closing '<% end %>'/, fn -> EEx.eval_string("<%= if true do %>x") end
  end
end
