package visual

// curveOrder is the order of the crowd's curve: its square has 2 to the power of
// curveOrder cells on each side, 4,194,304 in all.
const curveOrder = 11

// curveCells is how many cells the curve has.
const curveCells = 1 << (2 * curveOrder)

// hilbert returns where the cell d of Hilbert's curve lies. Neighbours on the
// curve are neighbours in the picture, and every stretch whose length is a power
// of two and that begins at a multiple of it is a square or two squares side by
// side. The curve is always the same, so a cell keeps its place while the crowd
// grows; the first cells fill the corner.
func hilbert(d int) (x, y int) {
	for s := 1; s < 1<<curveOrder; s *= 2 {
		rx := d >> 1 & 1
		ry := (d ^ rx) & 1
		if ry == 0 {
			if rx == 1 {
				x, y = s-1-x, s-1-y
			}
			x, y = y, x
		}
		x += s * rx
		y += s * ry
		d >>= 2
	}
	return x, y
}
