// Package lessons holds the lessons and reads them.
//
// # The form
//
// A lesson is a Livebook notebook, NN-slug.livemd: Markdown with Elixir cells,
// so it can be read as it is and run in Livebook. The first line is its title
// (#), each section (##) is a step; what comes before the first section
// introduces the lesson. A fenced block marked elixir is a cell.
//
// What only Vivarium needs is in comments, which Livebook ignores:
//
//	<!-- vivarium:{"stage":{"file":"cells.exs","speed":3}} -->
//
// holds a JSON object (Data). In front of the first section its stage sets up
// the lesson. Before a cell it says what the cell is for (cell), asks what the
// learner expects (predict) or holds hints; it belongs to the next cell.
//
// A lesson has at least one program: the first runnable cell is the one that
// the editor opens with. Cells for an exercise's check and its solution are
// not runnable by themselves.
//
// Load parses and checks all lessons that are embedded; a lesson that breaks
// the form is an error that says where.
package lessons
