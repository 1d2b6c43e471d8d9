// Package lessons holds the lessons and reads notebooks: our own, and any that
// was made with Livebook.
//
// # The form
//
// A lesson is a Livebook notebook, NN-slug.livemd: Markdown with Elixir cells,
// so it can be read as it is and run in Livebook. The first line is its title
// (#), each section (##) is a step; what comes before the first section
// introduces the lesson. A fenced block marked elixir is a cell.
//
// What only Vivarium needs is in comments, which Livebook ignores. A comment
// with a JSON object (Data) says one thing:
//
//	<!-- vivarium:{"lesson":{...}} -->    what the lesson is about (Front); once, under the title
//	<!-- vivarium:{"cell":{...}} -->      what the next cell is for (CellData)
//	<!-- vivarium:{"exercise":{...}} -->  that the next cell is the starter of an exercise (ExerciseData)
//	<!-- vivarium:{"predict":{...}} -->   a question before the run of the next cell (Prediction)
//
// and a comment with code, on the lines after its first, belongs to the exercise
// before it:
//
//	<!-- vivarium:check
//	test "the counter counts" do
//	  assert printed?("3")
//	end
//	-->
//
//	<!-- vivarium:solution
//	...
//	-->
//
// A notebook with a comment for the whole of it is our own: each cell is a
// program of itself and says which cells it uses. In any other notebook a cell
// stands on all cells before it, as Livebook runs them.
//
// # Who reads how
//
// ParseNotebook takes any text, never fails, and keeps what it could not
// understand as Problems. Parse takes a lesson of the course, and every problem
// is an error, as is whatever a lesson must not lack. Page is what the browser
// gets of either.
//
// The package renders no Markdown but by HTML, which knows the part of it that a
// dropped-in notebook needs; the site renders its pages with a whole Markdown
// library, which would be too heavy for the module in the browser. Lessons are proven
// by lessons/proof, which runs them.
package lessons
