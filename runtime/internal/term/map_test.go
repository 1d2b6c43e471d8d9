package term

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"math/rand"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testdata/map_order.txt: for sets of keys, the order in which OTP 29 lists
// them in a map (ETF of the list, deflated, in hex).
func TestLargeMapsAreInTheBEAMsOrder(t *testing.T) {
	text, err := os.ReadFile("testdata/map_order.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		name, data, _ := strings.Cut(strings.TrimSpace(line), " ")
		t.Run(name, func(t *testing.T) {
			raw, err := hex.DecodeString(data)
			require.NoError(t, err)
			z, err := zlib.NewReader(bytes.NewReader(raw))
			require.NoError(t, err)
			etf, err := io.ReadAll(z)
			require.NoError(t, err)
			h := &testHeap{}
			want, _, err := DecodeETF(h, etf, DecodeOptions{})
			require.NoError(t, err)

			m := EmptyMap(h)
			var pairs []Term
			for l := want; l.IsCons(); l = l.Tail() {
				m = MapPut(h, m, l.Head(), True)
				pairs = append(pairs, l.Head(), True)
			}
			assert.True(t, EqualExact(want, List(h, MapKeys(m)...)), "put one by one")
			rand.New(rand.NewSource(1)).Shuffle(len(pairs)/2, func(i, j int) {
				pairs[2*i], pairs[2*j] = pairs[2*j], pairs[2*i]
			})
			m = MapFromPairs(h, pairs)
			assert.True(t, EqualExact(want, List(h, MapKeys(m)...)), "from pairs")
		})
	}
}

// The map is checked against Go's over random operations, with keys few enough
// to meet and with hashes that collide deep down.
func TestMapModel(t *testing.T) {
	for _, keys := range []int{5, 31, 32, 33, 34, 100, 2000} {
		r := rand.New(rand.NewSource(int64(keys)))
		h := &testHeap{}
		m := EmptyMap(h)
		model := map[int]int{}
		key := func(i int) Term {
			if i%3 == 0 {
				s, b := NewHeapBits(h, 32)
				copy(b, []byte{byte(i), byte(i >> 8), 1, 2})
				return s
			}
			return Int(int64(i))
		}
		for step := 0; step < 6*keys; step++ {
			i := r.Intn(keys)
			// Long waves of growth and decline.
			if (step/keys)%2 == 0 || r.Intn(4) == 0 {
				m = MapPut(h, m, key(i), Int(int64(step)))
				model[i] = step
			} else {
				var ok bool
				var v Term
				m, v, ok = MapRemove(h, m, key(i))
				old, was := model[i]
				require.Equal(t, was, ok)
				if ok {
					require.Equal(t, Int(int64(old)), v)
				}
				delete(model, i)
			}
			require.Equal(t, len(model), MapSize(m))
			require.Equal(t, len(model) <= MaxFlatMap, m.Is(KindFlatMap))
			if step%17 == 0 {
				var pairs []Term
				for k, v := range model {
					got, ok := MapGet(m, key(k))
					require.True(t, ok)
					require.Equal(t, Int(int64(v)), got)
					pairs = append(pairs, key(k), Int(int64(v)))
				}
				n := 0
				for range MapPairs(m) {
					n++
				}
				require.Equal(t, len(model), n)
				other := MapFromPairs(h, pairs)
				require.True(t, EqualExact(m, other))
				require.Equal(t, Hash(m), Hash(other))
				require.Equal(t, 0, Compare(m, other))
				require.Equal(t, EncodeETF(m, false), EncodeETF(other, false), "the same pairs, the same trie")
			}
		}
	}
}

func TestMapsShareTheirKeys(t *testing.T) {
	h := &testHeap{}
	a := MapFromPairs(h, []Term{Int(1), True, Int(2), False})
	b := MapPut(h, a, Int(1), Nil)
	assert.Equal(t, a.Word(0), b.Word(0))
	assert.Equal(t, a, MapPut(h, a, Int(1), True), "nothing new: the same map")
}

func TestKeysOfFlatMapsAreSorted(t *testing.T) {
	h := &testHeap{}
	m := MapFromPairs(h, []Term{
		Float(h, 1), Int(1), Atom("b"), Int(2), Int(1), Int(3), Atom("a"), Int(4), Nil, Int(5), Float(h, 0.5), Int(6),
		Atom("b"), Int(7),
	})
	assert.Equal(t, 6, MapSize(m))
	want := List(h, Int(1), Float(h, 0.5), Float(h, 1), Atom("a"), Atom("b"), Nil)
	assert.True(t, EqualExact(want, List(h, MapKeys(m)...)))
	v, _ := MapGet(m, Atom("b"))
	assert.Equal(t, Int(7), v, "the last one counts")
}

// Keys with the same hash up to the last bit must live side by side.
func TestCollisionNodes(t *testing.T) {
	h := &testHeap{}
	leaves := []leaf{}
	for i := range 40 {
		leaves = append(leaves, leaf{7, Cons(h, Int(int64(40-i)), Int(0))})
	}
	node := buildNode(h, leaves, 0)
	var keys []Term
	eachPair(node, func(k, _ Term) bool { keys = append(keys, k); return true })
	require.Len(t, keys, 40)
	assert.Equal(t, Int(1), keys[0])
	node, added := nodePut(h, node, 7, 0, Int(20), True)
	assert.False(t, added)
	node, added = nodePut(h, node, 7, 0, Int(50), True)
	assert.True(t, added)
	for i := range 40 {
		node = nodeRemove(h, node, 7, 0, Int(int64(i+1)))
	}
	n := 0
	eachPair(node, func(k, v Term) bool { n++; return assert.Equal(t, Int(50), k) && assert.Equal(t, True, v) })
	assert.Equal(t, 1, n)
}
