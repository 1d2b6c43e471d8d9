package term

import (
	"iter"
	"math/bits"
	"slices"
)

// MaxFlatMap is how many pairs a flat map may have.
//
// A map of up to MaxFlatMap pairs is always a KindFlatMap: a tuple of its keys
// in the order of CompareKeys, shared between maps with the same keys, and the
// values in the keys' order. A larger one is always a KindHashMap: a hash
// array mapped trie (Bagwell, "Ideal Hash Trees", 2001) over Hash, four bits a
// level from the low end.
//
// A KindNode of it is Int(bitmap), then a child for every bit set, in order:
// either a pair, which is a list cell [key | value], or a deeper node. Below
// the last level, keys with the very same hash are in a collision node, whose
// bitmap is collision and whose children are pairs in the order of the keys.
// Of the same pairs, the same trie comes about whatever the order in which they
// were put.
const MaxFlatMap = 32

const (
	levelBits = 4
	levelMask = 1<<levelBits - 1
	hashWidth = 64
	collision = -1
)

// EmptyMap makes the map without pairs.
func EmptyMap(m Allocator) Term { return Box(m, KindFlatMap, Tuple(m)) }

// MapSize returns how many pairs a map has.
func MapSize(t Term) int {
	h := t.Header()
	if h.HeaderKind() == KindFlatMap {
		return h.HeaderSize() - 1
	}
	return int(t.Word(0).Int())
}

// MapGet returns the value of a key (by EqualExact) in a map.
func MapGet(t, key Term) (Term, bool) {
	if t.Is(KindFlatMap) {
		if i := flatIndex(t.Word(0), key); i >= 0 {
			return t.Word(1 + i), true
		}
		return None, false
	}
	hash := Hash(key)
	node := t.Word(1)
	for shift := uint(0); ; shift += levelBits {
		c, _, ok := nodeChild(node, hash, shift, key)
		if !ok {
			return None, false
		}
		if c.IsCons() {
			if EqualExact(c.Head(), key) {
				return c.Tail(), true
			}
			return None, false
		}
		node = c
	}
}

// flatIndex finds a key in a tuple of keys, or returns -1.
func flatIndex(keys, key Term) int {
	n := keys.TupleSize()
	if !key.IsPointer() {
		for i := 0; i < n; i++ {
			if keys.Word(i) == key {
				return i
			}
		}
		return -1
	}
	for i := 0; i < n; i++ {
		if k := keys.Word(i); k == key || k.Tag() == key.Tag() && EqualExact(k, key) {
			return i
		}
	}
	return -1
}

// flatPlace finds where in a tuple of keys a new key belongs.
func flatPlace(keys, key Term) int {
	lo, hi := 0, keys.TupleSize()
	for lo < hi {
		mid := (lo + hi) / 2
		if CompareKeys(keys.Word(mid), key) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// MapPut returns the map with a key's value set.
func MapPut(m Allocator, t, key, value Term) Term {
	if !t.Is(KindFlatMap) {
		root, added := nodePut(m, t.Word(1), Hash(key), 0, key, value)
		size := t.Word(0)
		if added {
			size = Int(size.Int() + 1)
		}
		return Box(m, KindHashMap, size, root)
	}
	keys := t.Word(0)
	n := keys.TupleSize()
	if i := flatIndex(keys, key); i >= 0 {
		if t.Word(1+i) == value {
			return t
		}
		out := copyBoxed(m, t, n+1)
		out.SetWord(1+i, value)
		return out
	}
	if n == MaxFlatMap {
		return growMap(m, t, key, value)
	}
	at := flatPlace(keys, key)
	newKeys := insertWord(m, keys, at, key)
	out := insertWord(m, t, 1+at, value)
	out.SetWord(0, newKeys)
	return out
}

// copyBoxed copies the first n words of a boxed object.
func copyBoxed(m Allocator, t Term, n int) Term {
	a := m.Alloc(1 + n)
	h := t.Header()
	Store(a, Header(h.HeaderKind(), n))
	for i := 0; i < n; i++ {
		Store(a+8+uintptr(i)*8, t.Word(i))
	}
	return BoxedAt(a)
}

// insertWord copies a boxed object with a word put in at a place.
func insertWord(m Allocator, t Term, at int, w Term) Term {
	h := t.Header()
	n := h.HeaderSize() + 1
	a := m.Alloc(1 + n)
	Store(a, Header(h.HeaderKind(), n))
	for i := 0; i < n; i++ {
		v := w
		switch {
		case i < at:
			v = t.Word(i)
		case i > at:
			v = t.Word(i - 1)
		}
		Store(a+8+uintptr(i)*8, v)
	}
	return BoxedAt(a)
}

// removeWord copies a boxed object without the word at a place.
func removeWord(m Allocator, t Term, at int) Term {
	h := t.Header()
	n := h.HeaderSize() - 1
	a := m.Alloc(1 + n)
	Store(a, Header(h.HeaderKind(), n))
	for i := 0; i < n; i++ {
		j := i
		if i >= at {
			j++
		}
		Store(a+8+uintptr(i)*8, t.Word(j))
	}
	return BoxedAt(a)
}

// growMap makes a hash map of a full flat map and one more pair.
func growMap(m Allocator, t, key, value Term) Term {
	keys := t.Word(0)
	n := keys.TupleSize()
	leaves := make([]leaf, 0, n+1)
	for i := 0; i < n; i++ {
		k := keys.Word(i)
		leaves = append(leaves, leaf{Hash(k), Cons(m, k, t.Word(1+i))})
	}
	leaves = append(leaves, leaf{Hash(key), Cons(m, key, value)})
	return Box(m, KindHashMap, Int(int64(n+1)), buildNode(m, leaves, 0))
}

// leaf is a pair on its way into a trie.
type leaf struct {
	hash uint64
	pair Term
}

// buildNode makes the node of a level of leaves with different keys; it sorts
// the slice.
func buildNode(m Allocator, leaves []leaf, shift uint) Term {
	if shift >= hashWidth {
		pairs := make([]Term, 0, len(leaves)+1)
		pairs = append(pairs, Int(collision))
		for _, l := range leaves {
			pairs = append(pairs, l.pair)
		}
		slices.SortFunc(pairs[1:], func(x, y Term) int { return CompareKeys(x.Head(), y.Head()) })
		return Box(m, KindNode, pairs...)
	}
	slices.SortStableFunc(leaves, func(x, y leaf) int {
		return int(x.hash>>shift&levelMask) - int(y.hash>>shift&levelMask)
	})
	var room [17]Term
	words := room[:1]
	bitmap := int64(0)
	for len(leaves) > 0 {
		slot := leaves[0].hash >> shift & levelMask
		n := 1
		for n < len(leaves) && leaves[n].hash>>shift&levelMask == slot {
			n++
		}
		bitmap |= 1 << slot
		if n == 1 {
			words = append(words, leaves[0].pair)
		} else {
			words = append(words, buildNode(m, leaves[:n], shift+levelBits))
		}
		leaves = leaves[n:]
	}
	words[0] = Int(bitmap)
	return Box(m, KindNode, words...)
}

func nodeBitmap(node Term) uint64 { return uint64(node.Word(0).Int()) }

func isCollision(node Term) bool { return node.Word(0) == Int(collision) }

// nodeChild finds the child under which a key must be, and its word in the
// node; where it would stand when there is none.
func nodeChild(node Term, hash uint64, shift uint, key Term) (child Term, at int, ok bool) {
	if isCollision(node) {
		n := node.Header().HeaderSize()
		for i := 1; i < n; i++ {
			if c := CompareKeys(node.Word(i).Head(), key); c >= 0 {
				return node.Word(i), i, c == 0
			}
		}
		return None, n, false
	}
	bitmap := nodeBitmap(node)
	bit := uint64(1) << (hash >> shift & levelMask)
	at = 1 + bits.OnesCount64(bitmap&(bit-1))
	if bitmap&bit == 0 {
		return None, at, false
	}
	return node.Word(at), at, true
}

func nodePut(m Allocator, node Term, hash uint64, shift uint, key, value Term) (out Term, added bool) {
	child, at, ok := nodeChild(node, hash, shift, key)
	if !ok {
		out = insertWord(m, node, at, Cons(m, key, value))
		if !isCollision(node) {
			out.SetWord(0, Int(int64(nodeBitmap(node)|1<<(hash>>shift&levelMask))))
		}
		return out, true
	}
	var c Term
	switch {
	case !child.IsCons():
		c, added = nodePut(m, child, hash, shift+levelBits, key, value)
		if c == child {
			return node, added
		}
	case EqualExact(child.Head(), key):
		if child.Tail() == value {
			return node, false
		}
		c = Cons(m, key, value)
	default:
		added = true
		c = buildNode(m, []leaf{{Hash(child.Head()), child}, {hash, Cons(m, key, value)}}, shift+levelBits)
	}
	out = copyBoxed(m, node, node.Header().HeaderSize())
	out.SetWord(at, c)
	return out, added
}

// MapRemove returns the map without a key, and the value it had.
func MapRemove(m Allocator, t, key Term) (out, value Term, ok bool) {
	if t.Is(KindFlatMap) {
		keys := t.Word(0)
		i := flatIndex(keys, key)
		if i < 0 {
			return t, None, false
		}
		value = t.Word(1 + i)
		newKeys := removeWord(m, keys, i)
		out = removeWord(m, t, 1+i)
		out.SetWord(0, newKeys)
		return out, value, true
	}
	value, ok = MapGet(t, key)
	if !ok {
		return t, None, false
	}
	n := MapSize(t) - 1
	if n <= MaxFlatMap {
		pairs := make([]Term, 0, 2*n)
		for k, v := range MapPairs(t) {
			if !EqualExact(k, key) {
				pairs = append(pairs, k, v)
			}
		}
		return MapFromPairs(m, pairs), value, true
	}
	return Box(m, KindHashMap, Int(int64(n)), nodeRemove(m, t.Word(1), Hash(key), 0, key)), value, true
}

// nodeRemove takes a key, which is there, out of a node. What is left may be a
// lone pair, which then stands in the place of the node.
func nodeRemove(m Allocator, node Term, hash uint64, shift uint, key Term) Term {
	child, at, _ := nodeChild(node, hash, shift, key)
	if child.IsCons() {
		n := node.Header().HeaderSize()
		if n == 3 && shift > 0 {
			if other := node.Word(3 - at); other.IsCons() {
				return other
			}
		}
		out := removeWord(m, node, at)
		if !isCollision(node) {
			out.SetWord(0, Int(int64(nodeBitmap(node)&^(1<<(hash>>shift&levelMask)))))
		}
		return out
	}
	c := nodeRemove(m, child, hash, shift+levelBits, key)
	if c.IsCons() && node.Header().HeaderSize() == 2 && shift > 0 {
		return c
	}
	out := copyBoxed(m, node, node.Header().HeaderSize())
	out.SetWord(at, c)
	return out
}

// MapFromPairs makes a map of keys and values in turn; of equal keys the last
// one counts. It may reorder the slice.
func MapFromPairs(m Allocator, pairs []Term) Term {
	n := len(pairs) / 2
	if n <= MaxFlatMap {
		return flatFromPairs(m, pairs, n)
	}
	// Equal keys have equal hashes: in order of the hashes they are neighbours,
	// but for collisions, the later ones later.
	type entry struct {
		hash  uint64
		index int
	}
	entries := make([]entry, n)
	for i := range entries {
		entries[i] = entry{Hash(pairs[2*i]), i}
	}
	slices.SortFunc(entries, func(x, y entry) int {
		switch {
		case x.hash < y.hash:
			return -1
		case x.hash > y.hash:
			return 1
		}
		if c := CompareKeys(pairs[2*x.index], pairs[2*y.index]); c != 0 {
			return c
		}
		return x.index - y.index
	})
	unique := entries[:0]
	for i, e := range entries {
		if i+1 < n && entries[i+1].hash == e.hash && EqualExact(pairs[2*entries[i+1].index], pairs[2*e.index]) {
			continue
		}
		unique = append(unique, e)
	}
	if len(unique) <= MaxFlatMap {
		rest := make([]Term, 0, 2*len(unique))
		for _, e := range unique {
			rest = append(rest, pairs[2*e.index], pairs[2*e.index+1])
		}
		return flatFromPairs(m, rest, len(unique))
	}
	leaves := make([]leaf, len(unique))
	for i, e := range unique {
		leaves[i] = leaf{e.hash, Cons(m, pairs[2*e.index], pairs[2*e.index+1])}
	}
	return Box(m, KindHashMap, Int(int64(len(leaves))), buildNode(m, leaves, 0))
}

// flatFromPairs makes a flat map of at most MaxFlatMap pairs, by an insertion
// sort: keys mostly come in order.
func flatFromPairs(m Allocator, pairs []Term, n int) Term {
	var keys, values [MaxFlatMap]Term
	size := 0
	for i := 0; i < n; i++ {
		k, v := pairs[2*i], pairs[2*i+1]
		j, c := size, 1
		for j > 0 {
			if c = CompareKeys(keys[j-1], k); c <= 0 {
				break
			}
			j--
		}
		if j > 0 && c == 0 {
			values[j-1] = v
			continue
		}
		copy(keys[j+1:size+1], keys[j:size])
		copy(values[j+1:size+1], values[j:size])
		keys[j], values[j] = k, v
		size++
	}
	a := m.Alloc(2 + size)
	Store(a, Header(KindFlatMap, 1+size))
	Store(a+8, Tuple(m, keys[:size]...))
	for i := 0; i < size; i++ {
		Store(a+16+uintptr(i)*8, values[i])
	}
	return BoxedAt(a)
}

// MapPairs iterates over the pairs of a map: a flat one in the order of its
// keys, a large one in the order of its trie.
func MapPairs(t Term) iter.Seq2[Term, Term] {
	return func(yield func(k, v Term) bool) {
		if t.Is(KindFlatMap) {
			keys := t.Word(0)
			n := keys.TupleSize()
			for i := 0; i < n; i++ {
				if !yield(keys.Word(i), t.Word(1+i)) {
					return
				}
			}
			return
		}
		eachPair(t.Word(1), yield)
	}
}

// eachPair goes through a node, at most 17 levels deep.
func eachPair(node Term, yield func(k, v Term) bool) bool {
	n := node.Header().HeaderSize()
	for i := 1; i < n; i++ {
		c := node.Word(i)
		if c.IsCons() {
			if !yield(c.Head(), c.Tail()) {
				return false
			}
		} else if !eachPair(c, yield) {
			return false
		}
	}
	return true
}

// MapKeys returns the keys of a map in the order of MapPairs.
func MapKeys(t Term) []Term {
	out := make([]Term, 0, MapSize(t))
	for k := range MapPairs(t) {
		out = append(out, k)
	}
	return out
}

// SortedMapPairs returns the pairs of a map, keys and values in turn, in the
// order of CompareKeys.
func SortedMapPairs(t Term) []Term { return sortedPairs(t) }

// MapStep returns the next pairs of a map, keys and values in turn, at least
// limit of them unless the map ends, and the path to the pair after them, nil
// at the end. A path says for each level of the trie which word of the node to
// go to; the empty path is the beginning. ok is false when the path leads
// nowhere in this map.
func MapStep(t Term, path []int, limit int) (taken []Term, next []int, ok bool) {
	if t.Is(KindFlatMap) {
		for k, v := range MapPairs(t) {
			taken = append(taken, k, v)
		}
		return taken, nil, len(path) == 0
	}
	nodes := []Term{t.Word(1)}
	at := []int{1}
	for i, p := range path {
		node := nodes[len(nodes)-1]
		if p < 1 || p >= node.Header().HeaderSize() {
			return nil, nil, false
		}
		at[i] = p
		if c := node.Word(p); i < len(path)-1 {
			if !c.Is(KindNode) {
				return nil, nil, false
			}
			nodes = append(nodes, c)
			at = append(at, 1)
		}
	}
	for len(taken) < 2*limit {
		top := len(nodes) - 1
		node := nodes[top]
		if at[top] == node.Header().HeaderSize() {
			if top == 0 {
				return taken, nil, true
			}
			nodes, at = nodes[:top], at[:top]
			at[top-1]++
			continue
		}
		c := node.Word(at[top])
		if c.IsCons() {
			taken = append(taken, c.Head(), c.Tail())
			at[top]++
			continue
		}
		nodes, at = append(nodes, c), append(at, 1)
	}
	// The path must name a pair or the start of a node, not the end of one.
	for at[len(at)-1] == nodes[len(at)-1].Header().HeaderSize() {
		if len(at) == 1 {
			return taken, nil, true
		}
		at = at[:len(at)-1]
		at[len(at)-1]++
	}
	return taken, at, true
}
