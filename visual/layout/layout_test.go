package layout

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/assert"
)

func box(parent int) Item { return Item{Parent: parent, W: 184, H: 90} }

func TestParentIsCentredAboveItsChildren(t *testing.T) {
	at, w, h := Forest([]Item{{Parent: -1, W: 268, H: 82}, box(0), box(0), box(0)})
	assert.Equal(t, at[1].Y, at[3].Y)
	assert.Equal(t, at[0].Y+82+GapY, at[1].Y)
	assert.Equal(t, at[0].X+268/2, at[2].X+184/2)
	assert.Equal(t, at[1].X+184+GapX, at[2].X)
	assert.Equal(t, 3*184+2*GapX+2*Margin, w)
	assert.Equal(t, 82+GapY+90+2*Margin, h)
}

func TestNothing(t *testing.T) {
	at, w, h := Forest(nil)
	assert.Empty(t, at)
	assert.Zero(t, w)
	assert.Zero(t, h)
}

func TestBandsLieBelowEachOther(t *testing.T) {
	at, _, _ := Forest([]Item{{Parent: -1, W: 184, H: 74, Band: 1}, {Parent: -1, W: 268, H: 82, Band: 0}, box(1)})
	assert.Less(t, at[1].Y, at[2].Y)
	assert.Less(t, at[2].Y, at[0].Y)
	assert.Equal(t, Margin, at[0].X)
}

// One more sibling moves nothing to its left in its own row or above it.
func TestManyWrapAndStay(t *testing.T) {
	items := []Item{box(-1)}
	for range 20 {
		items = append(items, box(0))
	}
	before, w, _ := Forest(items)
	assert.LessOrEqual(t, w, RowWidth+2*Margin)
	after, _, _ := Forest(append(items, box(0)))
	assert.Equal(t, before, after[:len(before)])
}

func TestACrowdIsNoTower(t *testing.T) {
	items := []Item{box(-1)}
	for range 61 {
		items = append(items, box(0))
	}
	_, w, h := Forest(items)
	assert.Greater(t, w/h, 1.1)
	assert.LessOrEqual(t, w, WideRow+2*Margin)
}

func TestNothingOverlaps(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 200 {
		var items []Item
		for i := range 1 + r.Intn(80) {
			parent := -1
			if i > 0 && r.Intn(8) > 0 {
				parent = r.Intn(i)
			}
			items = append(items, Item{Parent: parent, W: 100 + float64(r.Intn(200)), H: 50 + float64(r.Intn(60)), Band: r.Intn(3)})
		}
		at, w, h := Forest(items)
		for i, p := range at {
			assert.GreaterOrEqual(t, p.X, Margin)
			assert.LessOrEqual(t, p.X+items[i].W, w)
			assert.LessOrEqual(t, p.Y+items[i].H, h)
			for j := range i {
				q := at[j]
				apart := p.X >= q.X+items[j].W || q.X >= p.X+items[i].W || p.Y >= q.Y+items[j].H || q.Y >= p.Y+items[i].H
				if !apart {
					t.Fatalf("%d and %d overlap", i, j)
				}
			}
			if parent := items[i].Parent; parent >= 0 && p.Y < at[parent].Y+items[parent].H {
				t.Fatalf("%d is not below its parent", i)
			}
		}
	}
}
