package term

import "math"

// Float allocates a float: two words.
func Float(m Allocator, f float64) Term { return Box(m, KindFloat, Term(math.Float64bits(f))) }

// Float returns the value of a float.
func (t Term) Float() float64 { return math.Float64frombits(uint64(t.Word(0))) }
