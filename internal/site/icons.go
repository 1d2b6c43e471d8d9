package site

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
)

// icon is one form of the mark: a terrarium with two processes and a message's way between them.
type icon struct {
	name string
	size int
	// The ground's corners, as a part of the size: 0.5 is a circle, 0 fills the square, as systems want it that cut icons
	// into shapes of their own.
	corner float64
	// The mark's size within the icon. What is cut into shape keeps a margin.
	scale float64
}

var icons = []icon{
	{"icon-192.png", 192, 0.22, 0.8},
	{"icon-512.png", 512, 0.22, 0.8},
	{"icon-maskable-512.png", 512, 0, 0.58},
	{"apple-touch-icon.png", 180, 0, 0.7},
}

// The mark's colours, on light ground; the page's own are in web/app.css.
var (
	iconGround = color.NRGBA{0xff, 0xfe, 0xfa, 0xff}
	iconLeaf   = color.NRGBA{0x0b, 0x7a, 0x5b, 0xff}
	iconSpark  = color.NRGBA{0xcc, 0x8a, 0x00, 0xff}
)

// draw draws the icon. Each shape is its distance function; its edge is as soft as a pixel.
func (i icon) draw() ([]byte, error) {
	picture := image.NewNRGBA(image.Rect(0, 0, i.size, i.size))
	size := float64(i.size)
	unit := size * i.scale / 24 // the mark is drawn on a grid of 24
	margin := (size - size*i.scale) / 2
	for y := range i.size {
		for x := range i.size {
			px, py := float64(x)+0.5, float64(y)+0.5
			var c layers
			c.add(iconGround, roundedBox(px-size/2, py-size/2, size/2, size/2, i.corner*size))
			gx, gy := (px-margin)/unit, (py-margin)/unit
			wall := math.Abs(roundedBox(gx-12, gy-12.5, 9, 8.5, 5)) - 1
			c.add(iconLeaf, wall*unit)
			c.add(iconLeaf, segment(gx, gy, 11, 12.6, 13.6, 11, 0.7)*unit)
			c.add(iconLeaf, (math.Hypot(gx-9, gy-14)-2.4)*unit)
			c.add(iconSpark, (math.Hypot(gx-15.2, gy-10.2)-1.9)*unit)
			picture.SetNRGBA(x, y, c.color())
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture); err != nil {
		return nil, fmt.Errorf("drawing %s: %w", i.name, err)
	}
	return out.Bytes(), nil
}

// layers puts colours over each other.
type layers struct{ r, g, b, a float64 }

// add lays a colour over what is there, where the distance to its shape is negative.
func (l *layers) add(c color.NRGBA, distance float64) {
	cover := math.Min(1, math.Max(0, 0.5-distance))
	mix := func(below float64, above uint8) float64 { return below*(1-cover) + float64(above)/255*cover }
	l.r, l.g, l.b = mix(l.r, c.R), mix(l.g, c.G), mix(l.b, c.B)
	l.a = l.a*(1-cover) + cover
}

func (l *layers) color() color.NRGBA {
	if l.a == 0 {
		return color.NRGBA{}
	}
	part := func(v, by float64) uint8 { return uint8(math.Round(math.Min(1, v/by) * 255)) }
	return color.NRGBA{part(l.r, l.a), part(l.g, l.a), part(l.b, l.a), part(l.a, 1)}
}

// roundedBox is the distance of a point to a box around the origin with half its width and height, and its corners' radius.
func roundedBox(x, y, width, height, radius float64) float64 {
	x, y = math.Abs(x)-width+radius, math.Abs(y)-height+radius
	return math.Hypot(math.Max(x, 0), math.Max(y, 0)) + math.Min(0, math.Max(x, y)) - radius
}

// segment is the distance of a point to a line of some half width.
func segment(x, y, x0, y0, x1, y1, half float64) float64 {
	dx, dy := x1-x0, y1-y0
	t := math.Min(1, math.Max(0, ((x-x0)*dx+(y-y0)*dy)/(dx*dx+dy*dy)))
	return math.Hypot(x-x0-t*dx, y-y0-t*dy) - half
}
