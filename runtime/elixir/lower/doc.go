// Package lower makes bytecode of expanded Elixir: the functions of a module,
// as package expand leaves them, become a code.Module.
//
// # Stages
//
//   - translate (translate.go, pattern.go, try.go, for.go): the expanded form
//     becomes the core form (core.go). Variables are resolved, constants
//     folded, closures made flat, comprehensions made functions.
//   - number (number.go): every node gets a position in the order of
//     evaluation, every variable the positions of its uses.
//   - emit (emit.go, control.go, guard.go, tree.go, big.go): instructions with
//     labels. Registers are given out on the way (regs.go): what is not wanted
//     any more, by its positions, is free. Clauses become decision trees.
//   - assemble (asm.go): jumps are threaded, code that cannot be reached goes,
//     labels become displacements, those too far for 16 bits get islands.
//
// # Invariants
//
//   - Values are computed where they are wanted: in the argument registers of
//     the call to come, in the variable's register, in r0 before a tail call.
//     A destination is written by the last instruction that makes its value,
//     so it may be the register of a variable that dies there.
//   - Arguments stay in r0.. until a clause has been chosen, so that a
//     function_clause error finds them.
//   - Evaluation is from left to right; nothing that may raise is moved or
//     folded.
//   - What comes out depends on what goes in alone, not on the order of a Go
//     map.
package lower
