# The Observer: a view of the page in which a program runs, which :observer.start
# opens. The real one opens a window of its own. Where there is no page, start
# says so in a sentence and returns {:error, :no_page}.
defmodule :observer do
  def start do
    if :vivarium_page.open("observer") do
      :ok
    else
      IO.puts(:stderr, "The Observer is a view of the page: run the program there to see it.")
      {:error, :no_page}
    end
  end

  def stop, do: :ok
end
