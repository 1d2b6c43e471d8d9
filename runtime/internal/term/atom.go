package term

import "sync"

// The atom table is shared by all machines of the program: an atom's index has
// no meaning of its own (order and hash go by the text), so sharing it cannot
// be observed.
var atoms = struct {
	sync.RWMutex
	index map[string]uint32
	names []string
}{index: map[string]uint32{}}

// MaxAtoms is how many atoms there may be, as on the BEAM (+t, default
// 1,048,576).
const MaxAtoms = 1 << 20

// MaxAtomLength is how many characters an atom may have.
const MaxAtomLength = 255

// Atom interns a name. It panics past MaxAtoms; code that makes atoms from a
// program's data uses TryAtom.
func Atom(name string) Term {
	t, ok := TryAtom(name)
	if !ok {
		panic("BUG: the atom table is full")
	}
	return t
}

// TryAtom interns a name; ok is false when the table is full.
func TryAtom(name string) (t Term, ok bool) {
	if t, ok := ExistingAtom(name); ok {
		return t, true
	}
	atoms.Lock()
	defer atoms.Unlock()
	if i, ok := atoms.index[name]; ok {
		return AtomAt(i), true
	}
	if len(atoms.names) >= MaxAtoms {
		return None, false
	}
	i := uint32(len(atoms.names))
	atoms.names = append(atoms.names, name)
	atoms.index[name] = i
	return AtomAt(i), true
}

// ExistingAtom finds the atom of a name without making one.
func ExistingAtom(name string) (Term, bool) {
	atoms.RLock()
	i, ok := atoms.index[name]
	atoms.RUnlock()
	return AtomAt(i), ok
}

// AtomName returns the text of an atom.
func (t Term) AtomName() string {
	atoms.RLock()
	defer atoms.RUnlock()
	return atoms.names[t.AtomIndex()]
}

// AtomCount returns how many atoms there are.
func AtomCount() int {
	atoms.RLock()
	defer atoms.RUnlock()
	return len(atoms.names)
}
