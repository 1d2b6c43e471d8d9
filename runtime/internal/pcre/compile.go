package pcre

import (
	"slices"
	"sort"
)

type op uint8

const (
	opChar op = iota
	opSet
	opAny
	opByte
	opGrapheme
	opNewline
	opSplit   // try a, then b
	opJump    // to a
	opSave    // slot a = position
	opCount   // slot a = 0
	opRepeat  // loop head, see compiler.repeat
	opEnter   // beginning of an iteration
	opRun     // repeat of a single item
	opAtomic  // run from the next instruction to the opEnd at a, then forget its choices
	opLook    // run likewise, then go back
	opPosIs   // the position is that in slot a
	opBackref // group a
	opCall    // group a as a subroutine
	opIfGroup // group a is set, else to b
	opBegin
	opEndText
	opEndOrNL
	opLineBegin
	opLineEnd
	opWordEdge
	opNotWordEdge
	opStart
	opKeep
	opFail
	opAccept
	opEnd // of an atomic part or a look
	opMatch
)

type inst struct {
	op    op
	flags Options
	r     rune
	set   *set
	a, b  int
	extra *repeat
	look  *look
}

// repeat is what a loop needs to know.
type repeat struct {
	min, max        int
	lazy, possessed bool
	count, start    int // slots: iterations so far, where the last one began
	exit            int
	item            inst // of an opRun
}

type look struct {
	behind, negative bool
	min, max         int // of a look behind: characters to go back
	end              int // slot of the position at which it must end
	next             int
}

// Regexp is a compiled pattern.
type Regexp struct {
	code    []inst
	groups  int // without the whole
	slots   int // captures first, two each
	names   []name
	flags   Options
	newline Newline
	starts  []int // where each group's code begins
	ends    []int // and ends
	first   int   // the byte every match begins with, -1 when not known
}

// Groups returns how many capturing groups there are.
func (re *Regexp) Groups() int { return re.groups }

// Unicode reports whether the pattern goes by characters, not bytes.
func (re *Regexp) Unicode() bool { return re.flags&Unicode != 0 }

// Names returns the names of groups in alphabetical order.
func (re *Regexp) Names() []string {
	var out []string
	for _, n := range re.names {
		if !slices.Contains(out, n.text) {
			out = append(out, n.text)
		}
	}
	sort.Strings(out)
	return out
}

// Named returns the numbers of the groups with a name.
func (re *Regexp) Named(text string) []int {
	var out []int
	for _, n := range re.names {
		if n.text == text {
			out = append(out, n.group)
		}
	}
	return out
}

type compiler struct {
	re *Regexp
}

// Compile compiles a pattern.
func Compile(pattern string, flags Options, newline Newline) (re *Regexp, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	p := &parser{src: pattern, flags: flags, newline: newline}
	p.leading()
	top := p.flags
	tree := p.alternatives()
	if p.more() {
		p.fail(p.at+1, "unmatched closing parenthesis")
	}
	re = &Regexp{groups: p.groups, names: p.names, flags: top, newline: p.newline, first: -1}
	for _, n := range p.refs {
		p.resolve(re, n)
	}
	if p.late != nil {
		panic(p.late)
	}
	re.slots = 2 * (p.groups + 1)
	re.starts, re.ends = make([]int, p.groups+1), make([]int, p.groups+1)
	c := &compiler{re}
	c.node(tree)
	re.ends[0] = len(re.code)
	c.emit(inst{op: opMatch})
	if f := re.code[0]; f.op == opChar && f.r < 0x80 && f.flags&Caseless == 0 {
		re.first = int(f.r)
	}
	return re, nil
}

// resolve finds the group that a reference names.
func (p *parser) resolve(re *Regexp, n *node) {
	if n.n < 0 {
		groups := re.Named(n.name)
		switch {
		case len(groups) > 0:
			n.n = groups[0]
		case n.kind == kindCondition && n.name == "R":
			n.n = 0
		default:
			p.fail(n.at, "reference to non-existent subpattern")
		}
	}
	if n.n > re.groups {
		p.fail(n.at, "reference to non-existent subpattern")
	}
}

func (c *compiler) emit(i inst) int {
	c.re.code = append(c.re.code, i)
	return len(c.re.code) - 1
}

func (c *compiler) slot() int {
	c.re.slots++
	return c.re.slots - 1
}

func (c *compiler) here() int { return len(c.re.code) }

// single is the instruction of a node that takes exactly one character.
func single(n *node) (inst, bool) {
	switch n.kind {
	case kindChar:
		return inst{op: opChar, flags: n.flags, r: n.r}, true
	case kindSet:
		return inst{op: opSet, flags: n.flags, set: n.set}, true
	case kindAny:
		return inst{op: opAny, flags: n.flags}, true
	case kindByte:
		return inst{op: opByte, flags: n.flags}, true
	}
	return inst{}, false
}

var simpleOps = map[kind]op{
	kindGrapheme: opGrapheme, kindNewline: opNewline, kindBegin: opBegin, kindEnd: opEndText, kindEndOrNL: opEndOrNL,
	kindLineBegin: opLineBegin, kindLineEnd: opLineEnd, kindWordEdge: opWordEdge, kindNotWordEdge: opNotWordEdge,
	kindStart: opStart, kindKeep: opKeep, kindFail: opFail, kindAccept: opAccept,
}

func (c *compiler) node(n *node) {
	if i, ok := single(n); ok {
		c.emit(i)
		return
	}
	switch n.kind {
	case kindEmpty:
	case kindConcat:
		for _, k := range n.kids {
			c.node(k)
		}
	case kindAlternate:
		c.alternate(n.kids)
	case kindGroup:
		c.re.starts[n.n] = c.emit(inst{op: opSave, a: 2 * n.n})
		c.node(n.kids[0])
		c.emit(inst{op: opSave, a: 2*n.n + 1})
		c.re.ends[n.n] = c.here()
	case kindRepeat:
		c.repeat(n)
	case kindAtomic:
		c.atomic(func() { c.node(n.kids[0]) })
	case kindLook:
		c.look(n)
	case kindBackref:
		c.emit(inst{op: opBackref, flags: n.flags, a: n.n})
	case kindCall:
		c.emit(inst{op: opCall, a: n.n})
	case kindCondition:
		c.condition(n)
	default:
		c.emit(inst{op: simpleOps[n.kind], flags: n.flags})
	}
}

func (c *compiler) alternate(kids []*node) {
	var jumps []int
	for i, k := range kids {
		if i == len(kids)-1 {
			c.node(k)
			break
		}
		split := c.emit(inst{op: opSplit, a: c.here() + 1})
		c.node(k)
		jumps = append(jumps, c.emit(inst{op: opJump}))
		c.re.code[split].b = c.here()
	}
	for _, j := range jumps {
		c.re.code[j].a = c.here()
	}
}

func (c *compiler) atomic(body func()) {
	i := c.emit(inst{op: opAtomic})
	body()
	c.re.code[i].a = c.emit(inst{op: opEnd})
}

func (c *compiler) repeat(n *node) {
	body := n.kids[0]
	r := &repeat{min: n.min, max: n.max, lazy: n.lazy, possessed: n.possessed}
	if item, ok := single(body); ok {
		r.item = item
		c.emit(inst{op: opRun, extra: r})
		return
	}
	if n.possessed {
		plain := *n
		plain.possessed = false
		c.atomic(func() { c.repeat(&plain) })
		return
	}
	if n.min == 1 && n.max == 1 {
		c.node(body)
		return
	}
	if n.min == 0 && n.max == 1 {
		split := c.emit(inst{op: opSplit})
		yes := c.here()
		c.node(body)
		c.re.code[split].a, c.re.code[split].b = yes, c.here()
		if n.lazy {
			c.re.code[split].a, c.re.code[split].b = c.here(), yes
		}
		return
	}
	// The loop: count = 0; head: go on or out; enter: count and note the start;
	// the body; back to the head.
	r.count, r.start = c.slot(), c.slot()
	c.emit(inst{op: opCount, a: r.count, b: r.start})
	head := c.emit(inst{op: opRepeat, extra: r})
	c.emit(inst{op: opEnter, extra: r})
	c.node(body)
	c.emit(inst{op: opJump, a: head})
	r.exit = c.here()
}

func (c *compiler) look(n *node) {
	l := &look{behind: n.behind, negative: n.negative}
	if n.behind {
		var ok bool
		if l.min, l.max, ok = width(n.kids[0]); !ok {
			panic(&Error{"length of lookbehind assertion is not limited", n.at})
		}
		l.end = c.slot()
	}
	c.emit(inst{op: opLook, look: l})
	c.node(n.kids[0])
	if n.behind {
		c.emit(inst{op: opPosIs, a: l.end})
	}
	c.emit(inst{op: opEnd})
	l.next = c.here()
}

// width returns how many characters a node takes; ok is false when there is no
// limit.
func width(n *node) (low, high int, ok bool) {
	if _, ok := single(n); ok {
		return 1, 1, true
	}
	switch n.kind {
	case kindNewline:
		return 1, 2, true
	case kindConcat:
		for _, k := range n.kids {
			a, b, ok := width(k)
			if !ok {
				return 0, 0, false
			}
			low, high = low+a, high+b
		}
		return low, high, true
	case kindAlternate:
		for i, k := range n.kids {
			a, b, ok := width(k)
			if !ok {
				return 0, 0, false
			}
			if i == 0 {
				low = a
			}
			low, high = min(low, a), max(high, b)
		}
		return low, high, true
	case kindGroup, kindAtomic:
		return width(n.kids[0])
	case kindRepeat:
		a, b, ok := width(n.kids[0])
		if !ok || n.max < 0 {
			return 0, 0, false
		}
		return a * n.min, b * n.max, b*n.max <= maxRepeat
	case kindBackref, kindCall, kindGrapheme, kindAccept:
		return 0, 0, false
	case kindCondition:
		a, b, ok1 := width(n.kids[1])
		x, y, ok2 := width(n.kids[2])
		return min(a, x), max(b, y), ok1 && ok2
	}
	return 0, 0, true
}

func (c *compiler) condition(n *node) {
	var test int
	if l := n.kids[0]; l != nil {
		// A part of its own, which goes to b when it fails.
		test = c.emit(inst{op: opAtomic})
		c.node(l)
		c.re.code[test].a = c.emit(inst{op: opEnd})
	} else {
		test = c.emit(inst{op: opIfGroup, a: n.n})
	}
	c.node(n.kids[1])
	jump := c.emit(inst{op: opJump})
	c.re.code[test].b = c.here()
	c.node(n.kids[2])
	c.re.code[jump].a = c.here()
}
