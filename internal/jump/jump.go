// Package jump makes the jumps of Go programs compiled to WebAssembly direct.
//
// WebAssembly has no jump to an address, only branches out of blocks and to
// the beginning of loops. Go's compiler (cmd/internal/obj/wasm) therefore
// makes of every function that jumps one loop around nested blocks, and a jump
// sets a local variable, the number of the basic block to go to, and goes
// around that loop, at whose beginning a table leads to the block:
//
//	loop
//	  block block block ... block
//	    local.get 0
//	    br_table ...
//	  end
//	  code 0
//	  end
//	  code 1 ... (i32.const 7, local.set 0, br to the loop)
//	  ...
//
// The table is there because a goroutine that was suspended is resumed in the
// middle of its functions: a call then starts the function with the number of
// the block after the call. For all other jumps it is an indirect branch too
// many, and hides the function's structure from the browser's compiler. Direct
// keeps the table for resuming and changes the rest:
//
//   - A jump forward leaves the block that ends where it goes: br.
//   - A jump backward within blocks that nobody enters from outside, calls
//     coming back included, goes to a loop of its own.
//   - Any other jump backward goes around the outer loop; the block that is the
//     target of most of them is looked at before the table.
//   - A tree of comparisons of one variable with constants, which is what Go
//     makes of a switch, gets a br_table before it for the numbers below 256.
//
// What a program computes does not change: no other instruction is touched. A
// function whose form is not the expected one stays as it is.
package jump

import (
	"bytes"
	"errors"
	"fmt"
)

// magic begins every module: "\0asm", version 1.
var magic = []byte{0, 'a', 's', 'm', 1, 0, 0, 0}

const codeSection = 10

// Direct returns a module whose jumps are direct. The error says why it is no
// module.
func Direct(module []byte) ([]byte, error) {
	if !bytes.HasPrefix(module, magic) {
		return nil, errors.New("not a WebAssembly module")
	}
	out := append(make([]byte, 0, len(module)), magic...)
	r := &reader{b: module, at: len(magic)}
	for r.at < len(module) {
		id := r.byte()
		section := r.skip(r.unsigned())
		if r.err == nil && id == codeSection {
			section, r.err = functions(section)
		}
		if r.err != nil {
			return nil, fmt.Errorf("WebAssembly module: %w", r.err)
		}
		out = append(out, id)
		out = appendUnsigned(out, uint64(len(section)))
		out = append(out, section...)
	}
	return out, nil
}

// functions changes the functions of a code section.
func functions(section []byte) ([]byte, error) {
	r := &reader{b: section}
	n := r.unsigned()
	out := appendUnsigned(make([]byte, 0, len(section)), n)
	for i := uint64(0); i < n && r.err == nil; i++ {
		body := r.skip(r.unsigned())
		if r.err != nil {
			break
		}
		changed, err := function(body)
		if err != nil {
			return nil, fmt.Errorf("function %d: %w", i, err)
		}
		out = appendUnsigned(out, uint64(len(changed)))
		out = append(out, changed...)
	}
	return out, r.err
}

// function changes the body of one function.
func function(body []byte) ([]byte, error) {
	code, err := decode(body)
	if err != nil {
		return nil, err
	}
	f := frame(body, code)
	if f == nil {
		return body, nil
	}
	f.findJumps()
	f.rotate()
	f.findLoops()
	f.findOften()
	if out, ok := f.write(); ok {
		return out, nil
	}
	return body, nil
}
