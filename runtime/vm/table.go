package vm

// table is a map that keeps an order of its own, so that going through it does
// not depend on Go's maps: a slice, and beyond a few entries an index.
// Removal moves the last entry into the gap.
type table[K comparable, V any] struct {
	entries []entry[K, V]
	index   map[K]int32
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

const tableIndexed = 12

func (t *table[K, V]) find(k K) int {
	if t.index != nil {
		if i, ok := t.index[k]; ok {
			return int(i)
		}
		return -1
	}
	for i := range t.entries {
		if t.entries[i].key == k {
			return i
		}
	}
	return -1
}

func (t *table[K, V]) len() int { return len(t.entries) }

// get returns a pointer to the value, valid until the table changes.
func (t *table[K, V]) get(k K) *V {
	if i := t.find(k); i >= 0 {
		return &t.entries[i].value
	}
	return nil
}

// put adds or overwrites; it reports whether the key is new.
func (t *table[K, V]) put(k K, v V) bool {
	if i := t.find(k); i >= 0 {
		t.entries[i].value = v
		return false
	}
	t.entries = append(t.entries, entry[K, V]{k, v})
	switch n := len(t.entries); {
	case t.index != nil:
		t.index[k] = int32(n - 1)
	case n > tableIndexed:
		t.index = make(map[K]int32, 2*n)
		for i := range t.entries {
			t.index[t.entries[i].key] = int32(i)
		}
	}
	return true
}

// remove takes a key out and returns its value.
func (t *table[K, V]) remove(k K) (v V, ok bool) {
	i := t.find(k)
	if i < 0 {
		return v, false
	}
	v = t.entries[i].value
	last := len(t.entries) - 1
	if i != last {
		t.entries[i] = t.entries[last]
		if t.index != nil {
			t.index[t.entries[i].key] = int32(i)
		}
	}
	t.entries[last] = entry[K, V]{}
	t.entries = t.entries[:last]
	if t.index != nil {
		delete(t.index, k)
	}
	return v, true
}
