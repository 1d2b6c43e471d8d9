package bif

import (
	"math"
	"sync"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Normally distributed numbers by the ziggurat (Marsaglia and Tsang, "The
// Ziggurat Method for Generating Random Variables", 2000), as rand does it:
// 256 layers, 51 random bits. From the same seed the numbers are rand's up to
// the last digits, since its tables were rounded in another way.

// zigguratEdge is where the tail begins, zigguratArea the area of each layer.
const (
	zigguratEdge = 3.6541528853610087963519472518
	zigguratArea = 0.0049286732339746519
)

// ziggurat is the layers: the bound under which a number is taken at once, its
// factor, and the density at its edge.
type ziggurat struct{ bound, factor, density [256]float64 }

var normalLayers = sync.OnceValue(func() *ziggurat {
	z := &ziggurat{}
	const scale = 1 << 51
	edge := zigguratEdge
	q := zigguratArea / math.Exp(-edge*edge/2)
	z.bound[0] = edge / q * scale
	z.factor[0], z.factor[255] = q/scale, edge/scale
	z.density[0], z.density[255] = 1, math.Exp(-edge*edge/2)
	for i := 254; i > 0; i-- {
		next := math.Sqrt(-2 * math.Log(zigguratArea/edge+math.Exp(-edge*edge/2)))
		z.bound[i+1] = next / edge * scale
		edge = next
		z.density[i] = math.Exp(-edge * edge / 2)
		z.factor[i] = edge / scale
	}
	return z
})

func (g *generator) float() float64 { return float64(g.next()>>5) * 0x1p-53 }

// normal returns a number of the standard normal distribution.
func (g *generator) normal() float64 {
	z := normalLayers()
	for {
		v := g.next()
		sign := 1.0
		if v>>6&1 == 1 {
			sign = -1
		}
		r := float64(v >> 7)
		i := int(v & 255)
		x := r * z.factor[i]
		switch {
		case r < z.bound[i]:
			return sign * x
		case i == 0:
			for {
				x := -math.Log(g.float()) / zigguratEdge
				y := -math.Log(g.float())
				if y+y > x*x {
					return sign * (zigguratEdge + x)
				}
			}
		case (z.density[i-1]-z.density[i])*g.float()+z.density[i] < math.Exp(-x*x/2):
			return sign * x
		}
	}
}

func randNormal(c *vm.Context, args []term.Term) term.Term {
	mean, deviation, ok := distribution(args)
	if !ok {
		return noClause(c)
	}
	g := own(c)
	x := mean + deviation*g.normal()
	c.Put(atomRandSeed, g.state(c))
	return term.Float(c, x)
}

func randNormalS(c *vm.Context, args []term.Term) term.Term {
	last := len(args) - 1
	mean, deviation, ok := distribution(args[:last])
	g, ok2 := readState(args[last])
	if !ok || !ok2 {
		return noClause(c)
	}
	t := term.Float(c, mean+deviation*g.normal())
	return pair(c, t, g.state(c))
}

// distribution reads a mean and a variance, where they are given.
func distribution(args []term.Term) (mean, deviation float64, ok bool) {
	if len(args) == 0 {
		return 0, 1, true
	}
	mean, ok = term.ToFloat(args[0])
	variance, ok2 := term.ToFloat(args[1])
	return mean, math.Sqrt(variance), ok && ok2 && variance >= 0
}
