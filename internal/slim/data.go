package slim

import (
	"errors"
	"fmt"
)

// gap is the number of zeros from which a data segment is ended and another one begun after them. Shorter runs cost less
// in the compressed module than the new segment's head.
const gap = 64

// readMemory lays the data segments out as they lie in memory when the module has been instantiated.
func readMemory(m *module) ([]byte, error) {
	s, err := m.find(sectionData)
	if err != nil {
		return nil, err
	}
	var memory []byte
	r := reader{data: s.content}
	for n := r.unsigned(); n > 0 && r.err == nil; n-- {
		if kind := r.unsigned(); kind != 0 || r.byte() != opI32Const {
			return nil, errors.New("a data segment is not as Go's linker writes it")
		}
		at := int(r.signed())
		if r.byte() != opEnd || at < 0 || at > 1<<30 {
			return nil, errors.New("a data segment is not as Go's linker writes it")
		}
		content := r.bytes(int(r.unsigned()))
		if end := at + len(content); end > len(memory) {
			memory = append(memory, make([]byte, end-len(memory))...)
		}
		copy(memory[at:], content)
	}
	if r.err != nil {
		return nil, fmt.Errorf("the data section: %w", r.err)
	}
	return memory, nil
}

// segment is a piece of initialised memory.
type segment struct {
	at      int
	content []byte
}

// segments cuts memory into what is not zero.
func segments(memory []byte) []segment {
	var out []segment
	for at := 0; at < len(memory); {
		if memory[at] == 0 {
			at++
			continue
		}
		end, zeros := at+1, 0
		for i := end; i < len(memory) && zeros < gap; i++ {
			if zeros++; memory[i] != 0 {
				end, zeros = i+1, 0
			}
		}
		out = append(out, segment{at, memory[at:end]})
		at = end
	}
	return out
}

// writeData gives a data section's content.
func writeData(all []segment) []byte {
	out := appendUnsigned(nil, uint64(len(all)))
	for _, s := range all {
		out = append(out, 0, opI32Const)
		out = appendSigned(out, int64(s.at))
		out = append(out, opEnd)
		out = appendUnsigned(out, uint64(len(s.content)))
		out = append(out, s.content...)
	}
	return out
}
