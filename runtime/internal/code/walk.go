package code

// Size returns how many words the instruction at pc takes, its extension words
// included. words is the code of a module; it must hold a whole instruction at
// pc, as verified code does.
func Size(words []uint64, pc int) int {
	op, _, _, c := Split(words[pc])
	if op >= opCount {
		return 1
	}
	switch {
	case op == OpBsBuild:
		return 1 + int(c)
	case len(Ops[op].Shape) < 4:
		return 1
	case Ops[op].Shape[3] == 'T':
		return 2 + 2*int(words[pc+1])
	}
	return 2
}

// Next returns the word from which an instruction's displacements count: the
// one after the instruction.
func Next(words []uint64, pc int) int { return pc + Size(words, pc) }
