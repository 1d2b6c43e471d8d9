// Package layout places boxes of a forest: parents above their children,
// children side by side in the order given, in rows when there are many.
//
// Every subtree gets a rectangle of its own, so nothing overlaps, and the place
// of a box depends only on the tree and the order: the same forest is always
// laid out the same way, and a box that takes another's place in the order
// takes its place on the stage. Lengths are in layout units, which are CSS
// pixels at zoom 1.
package layout

// Gaps between boxes, and the width at which a row of siblings is full.
const (
	GapX     = 30.0  // between siblings
	GapY     = 118.0 // between a parent and its children: room for its mailbox and for edges
	RowGap   = 58.0  // between the rows of many siblings: room for mailboxes
	TreeGap  = 64.0  // between two trees of the forest
	BandGap  = 96.0  // between two bands of trees
	RowWidth = 1120.0
	WideRow  = 1720.0 // when there are so many siblings that they would make a tower
	Margin   = 24.0

	// manyWidth is the width of siblings, were they in one row, from which on
	// their rows are wide.
	manyWidth = 4.5 * RowWidth
)

// Item is a box to place. Its parent, by index in the items, comes before it;
// -1 is none. Siblings and roots are placed in the order of the items.
type Item struct {
	Parent int
	W, H   float64
	Band   int // of a root: bands lie below each other, the lowest number on top
}

// Point is the upper left corner of a box.
type Point struct{ X, Y float64 }

type tree struct {
	children []int
	w, h     float64 // of the whole subtree
	x, y     float64 // of the subtree within its parent's
	own      Point   // of the box within the subtree
}

// Forest places the items. It returns the corner of each and the size of the
// whole.
func Forest(items []Item) (at []Point, w, h float64) {
	trees := make([]tree, len(items))
	var roots []int
	for i, item := range items {
		if item.Parent < 0 {
			roots = append(roots, i)
		} else {
			trees[item.Parent].children = append(trees[item.Parent].children, i)
		}
	}
	// A child comes after its parent, so this goes from the leaves up.
	for i := len(items) - 1; i >= 0; i-- {
		grow(trees, i, items[i])
	}

	bands := map[int][]int{}
	var order []int
	for _, r := range roots {
		b := items[r].Band
		if bands[b] == nil {
			order = insert(order, b)
		}
		bands[b] = append(bands[b], r)
	}
	y := Margin
	for n, b := range order {
		if n > 0 {
			y += BandGap
		}
		bw, bh := rows(trees, bands[b], TreeGap, TreeGap)
		for _, r := range bands[b] {
			trees[r].y += y
			trees[r].x += Margin
		}
		w, y = max(w, bw), y+bh
	}
	if len(items) > 0 {
		w, h = w+2*Margin, y+Margin
	}

	at = make([]Point, len(items))
	for i, item := range items {
		t := &trees[i]
		if item.Parent >= 0 {
			t.x += trees[item.Parent].x
			t.y += trees[item.Parent].y
		}
		at[i] = Point{t.x + t.own.X, t.y + t.own.Y}
	}
	return at, w, h
}

// grow sizes the subtree of an item whose children are sized already.
func grow(trees []tree, i int, item Item) {
	t := &trees[i]
	if len(t.children) == 0 {
		t.w, t.h = item.W, item.H
		return
	}
	w, h := rows(trees, t.children, GapX, RowGap)
	t.w, t.h = max(w, item.W), item.H+GapY+h
	t.own.X = (t.w - item.W) / 2
	for _, c := range t.children {
		trees[c].x += (t.w - w) / 2
		trees[c].y += item.H + GapY
	}
}

// rows places subtrees side by side, starting a new row when one is full, and
// returns the size of them all. A single row is centred under its parent; of
// several, each begins at the left, so that a place does not depend on how full
// the last row is.
func rows(trees []tree, list []int, gapX, gapY float64) (w, h float64) {
	total := 0.0
	for _, c := range list {
		total += trees[c].w + gapX
	}
	full := RowWidth
	if total > manyWidth {
		full = WideRow
	}
	x, y, height := 0.0, 0.0, 0.0
	for _, c := range list {
		t := &trees[c]
		if x > 0 && x+t.w > full {
			x, y, height = 0, y+height+gapY, 0
		}
		t.x, t.y = x, y
		w = max(w, x+t.w)
		x += t.w + gapX
		height = max(height, t.h)
	}
	return w, y + height
}

// insert adds a number to a rising list.
func insert(list []int, n int) []int {
	i := len(list)
	list = append(list, n)
	for ; i > 0 && list[i-1] > n; i-- {
		list[i] = list[i-1]
	}
	list[i] = n
	return list
}
