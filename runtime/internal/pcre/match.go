package pcre

import (
	"bytes"
	"errors"
	"unicode"
	"unicode/utf8"
)

// Errors of a match.
var (
	ErrMatchLimit     = errors.New("match_limit")
	ErrRecursionLimit = errors.New("match_limit_recursion")
)

// DefaultLimit is how many steps a match may take.
const DefaultLimit = 10_000_000

// maxNesting is how deep subroutine calls may be nested.
const maxNesting = 5000

// machine is one run of a program.
type machine struct {
	re       *Regexp
	text     []byte
	flags    Options // of the run
	start    int     // where the search began: \G
	slots    []int
	back     []choice
	trail    []change
	steps    int
	limit    int
	nest     int
	err      error
	accepted bool
}

// choice is where to go on when what follows fails.
type choice struct {
	pc, pos int
	trail   int
	run     *repeat // of an opRun: one less (or, when lazy, more) is to be tried
	low     int     // of a greedy run: the position not to go below
	count   int     // of a lazy run
}

// change is a slot with what it held before.
type change struct{ slot, old int }

// Match looks for a match in text from a position on. It returns the slots:
// pairs of begin and end for the whole and each group, -1 where there is none;
// nil when nothing matches. steps is the work done. limit 0 stands for
// DefaultLimit.
func (re *Regexp) Match(text []byte, from int, flags Options, limit int) (slots []int, steps int, err error) {
	if limit <= 0 {
		limit = DefaultLimit
	}
	m := &machine{re: re, text: text, flags: flags | re.flags&Anchored, start: from, limit: limit, slots: make([]int, re.slots)}
	last := len(text)
	if re.flags&FirstLine != 0 {
		for i := from; i < len(text); i++ {
			if m.newlineAt(i) > 0 {
				last = i
				break
			}
		}
	}
	for pos := from; pos <= last; {
		if re.first >= 0 && m.flags&Anchored == 0 {
			i := bytes.IndexByte(text[pos:], byte(re.first))
			if i < 0 || pos+i > last {
				return nil, m.steps, nil
			}
			m.steps += i / 16
			pos += i
		}
		for i := range m.slots {
			m.slots[i] = -1
		}
		m.slots[0] = pos
		m.back, m.trail = m.back[:0], m.trail[:0]
		end, ok := m.run(0, pos, -1)
		if m.err != nil {
			return nil, m.steps, m.err
		}
		if ok {
			m.slots[1] = end
			return m.slots[:2*(re.groups+1)], m.steps, nil
		}
		if m.flags&Anchored != 0 || pos == len(text) {
			break
		}
		_, n := m.next(pos)
		pos += n
	}
	return nil, m.steps, nil
}

// next returns the character at a position that is not the end, and its size.
func (m *machine) next(pos int) (rune, int) {
	b := m.text[pos]
	if b < utf8.RuneSelf || m.re.flags&Unicode == 0 {
		return rune(b), 1
	}
	return utf8.DecodeRune(m.text[pos:])
}

// prev returns the character before a position that is not the beginning, and
// its size.
func (m *machine) prev(pos int) (rune, int) {
	b := m.text[pos-1]
	if b < utf8.RuneSelf || m.re.flags&Unicode == 0 {
		return rune(b), 1
	}
	return utf8.DecodeLastRune(m.text[:pos])
}

// newlineAt returns the size of the newline at a position, 0 for none.
func (m *machine) newlineAt(pos int) int {
	if pos >= len(m.text) {
		return 0
	}
	c := m.text[pos]
	crlf := c == '\r' && pos+1 < len(m.text) && m.text[pos+1] == '\n'
	switch m.re.newline {
	case NewlineLF:
		if c == '\n' {
			return 1
		}
	case NewlineCR:
		if c == '\r' {
			return 1
		}
	case NewlineCRLF:
		if crlf {
			return 2
		}
	case NewlineAnyCRLF, NewlineAny:
		switch {
		case crlf:
			return 2
		case c == '\n' || c == '\r':
			return 1
		}
		if m.re.newline == NewlineAny {
			return m.anyNewlineAt(pos)
		}
	}
	return 0
}

// anyNewlineAt is \R.
func (m *machine) anyNewlineAt(pos int) int {
	if pos >= len(m.text) {
		return 0
	}
	if m.text[pos] == '\r' && pos+1 < len(m.text) && m.text[pos+1] == '\n' {
		return 2
	}
	if r, n := m.next(pos); isVertical(r) {
		return n
	}
	return 0
}

// afterNewline reports whether a newline ends at a position.
func (m *machine) afterNewline(pos int) bool {
	for n := 1; n <= 3 && n <= pos; n++ {
		if m.newlineAt(pos-n) == n {
			return true
		}
	}
	return false
}

func (m *machine) word(r rune) bool {
	if m.re.flags&UCP != 0 {
		return isUnicodeWord(r)
	}
	return isWord(r)
}

func (m *machine) wordEdge(pos int) bool {
	before, after := false, false
	if pos > 0 {
		r, _ := m.prev(pos)
		before = m.word(r)
	}
	if pos < len(m.text) {
		r, _ := m.next(pos)
		after = m.word(r)
	}
	return before != after
}

func (m *machine) set(slot, v int) {
	if old := m.slots[slot]; old != v {
		m.trail = append(m.trail, change{slot, old})
		m.slots[slot] = v
	}
}

func (m *machine) undo(to int) {
	for i := len(m.trail) - 1; i >= to; i-- {
		m.slots[m.trail[i].slot] = m.trail[i].old
	}
	m.trail = m.trail[:to]
}

// equalFold reports whether two characters are the same but for case.
func equalFold(a, b rune, full bool) bool {
	if a == b {
		return true
	}
	if a < 0x80 && b < 0x80 || !full {
		return asciiFold(a) == b
	}
	for f := unicode.SimpleFold(a); f != a; f = unicode.SimpleFold(f) {
		if f == b {
			return true
		}
	}
	return false
}

// one tries an instruction that takes one character; it returns its size, -1
// when it does not fit.
func (m *machine) one(i *inst, pos int) int {
	if pos >= len(m.text) {
		return -1
	}
	if i.op == opByte {
		return 1
	}
	r, n := m.next(pos)
	switch i.op {
	case opChar:
		if r != i.r && (i.flags&Caseless == 0 || !equalFold(r, i.r, m.re.flags&Unicode != 0)) {
			return -1
		}
	case opSet:
		if !i.set.has(r) {
			return -1
		}
	case opAny:
		if i.flags&DotAll == 0 && m.newlineAt(pos) > 0 {
			return -1
		}
	}
	return n
}

func (m *machine) push(pc, pos int) {
	m.back = append(m.back, choice{pc: pc, pos: pos, trail: len(m.trail)})
}

// run runs the program from pc on until opMatch, the end of the part it is in,
// or stop. Its choices are gone afterwards; the changes of slots stay when it
// succeeds.
func (m *machine) run(pc, pos, stop int) (end int, ok bool) {
	base, mark := len(m.back), len(m.trail)
	for {
		m.steps++
		if m.steps > m.limit {
			m.err = ErrMatchLimit
			return 0, false
		}
		if pc == stop {
			m.back = m.back[:base]
			return pos, true
		}
		i := &m.re.code[pc]
		fits := true
		pc++
		switch i.op {
		case opChar, opSet, opAny, opByte:
			n := m.one(i, pos)
			fits = n >= 0
			pos += n
		case opSplit:
			m.push(i.b, pos)
			pc = i.a
		case opJump:
			pc = i.a
		case opSave:
			m.set(i.a, pos)
		case opCount:
			m.set(i.a, 0)
			m.set(i.b, -1)
		case opRepeat:
			pc = m.loop(i.extra, pc, pos)
		case opEnter:
			m.set(i.extra.count, m.slots[i.extra.count]+1)
			m.set(i.extra.start, pos)
		case opRun:
			pos, fits = m.repeatItem(i.extra, pc, pos)
		case opAtomic:
			pc, pos, fits = m.atomic(i, pc, pos)
		case opLook:
			fits = m.look(i.look, pc, pos)
			pc = i.look.next
		case opPosIs:
			fits = m.slots[i.a] == pos
		case opBackref:
			pos, fits = m.backref(i, pos)
		case opCall:
			pos, fits = m.call(i.a, pos)
		case opIfGroup:
			if i.a == 0 && m.nest == 0 || i.a > 0 && m.slots[2*i.a+1] < 0 {
				pc = i.b
			}
		case opEnd:
			m.back = m.back[:base]
			return pos, true
		case opAccept:
			m.accepted = true
			m.back = m.back[:base]
			return pos, true
		case opMatch:
			if m.flags&NotEmpty != 0 && pos == m.slots[0] || m.flags&NotEmptyAtStart != 0 && pos == m.slots[0] && pos == m.start {
				fits = false
				break
			}
			m.back = m.back[:base]
			return pos, true
		default:
			pos, fits = m.simple(i, pos)
		}
		if m.err != nil {
			return 0, false
		}
		if m.accepted {
			m.back = m.back[:base]
			return pos, true
		}
		if !fits {
			if pc, pos, ok = m.retreat(base); !ok {
				m.undo(mark)
				return 0, false
			}
		}
	}
}

// retreat takes the last choice of a run.
func (m *machine) retreat(base int) (pc, pos int, ok bool) {
	for len(m.back) > base {
		c := &m.back[len(m.back)-1]
		m.undo(c.trail)
		if c.run == nil {
			pc, pos = c.pc, c.pos
			m.back = m.back[:len(m.back)-1]
			return pc, pos, true
		}
		pc = c.pc
		m.steps++
		if !c.run.lazy {
			// Give one character back.
			if c.pos <= c.low {
				m.back = m.back[:len(m.back)-1]
				continue
			}
			n := 1
			if c.run.item.op != opByte {
				_, n = m.prev(c.pos)
			}
			c.pos -= n
			return pc, c.pos, true
		}
		n := -1
		if c.run.max < 0 || c.count < c.run.max {
			n = m.one(&c.run.item, c.pos)
		}
		if n < 0 {
			m.back = m.back[:len(m.back)-1]
			continue
		}
		c.pos += n
		c.count++
		return pc, c.pos, true
	}
	return 0, 0, false
}

// loop decides at the head of a loop whether to go round again.
func (m *machine) loop(r *repeat, body, pos int) (pc int) {
	count := m.slots[r.count]
	switch {
	case count < r.min && !(count > 0 && m.slots[r.start] == pos):
		return body
	case r.max >= 0 && count >= r.max, count > 0 && m.slots[r.start] == pos:
		return r.exit
	case r.lazy:
		m.push(body, pos)
		return r.exit
	}
	m.push(r.exit, pos)
	return body
}

// repeatItem repeats a single item as far as it goes.
func (m *machine) repeatItem(r *repeat, pc, pos int) (int, bool) {
	count := 0
	low := pos
	most := r.max
	if r.lazy {
		most = r.min
	}
	for most < 0 || count < most {
		n := m.one(&r.item, pos)
		if n < 0 {
			break
		}
		pos += n
		count++
		if count == r.min {
			low = pos
		}
	}
	m.steps += count / 8
	if count < r.min {
		return pos, false
	}
	if !r.possessed && (r.lazy || pos > low) {
		m.back = append(m.back, choice{pc: pc, pos: pos, trail: len(m.trail), run: r, low: low, count: count})
	}
	return pos, true
}

// atomic runs a part and forgets its choices. As a condition (b is set) it goes
// to b when the part fails.
func (m *machine) atomic(i *inst, pc, pos int) (int, int, bool) {
	end, ok := m.run(pc, pos, -1)
	if ok || m.err != nil || i.b == 0 {
		return i.a + 1, end, ok
	}
	return i.b, pos, true
}

func (m *machine) look(l *look, pc, pos int) bool {
	mark := len(m.trail)
	found := false
	if !l.behind {
		_, found = m.run(pc, pos, -1)
	} else {
		from := pos
		for n := 0; n <= l.max; n++ {
			if n >= l.min {
				m.set(l.end, pos)
				if _, found = m.run(pc, from, -1); found || m.err != nil {
					break
				}
			}
			if from == 0 {
				break
			}
			_, size := m.prev(from)
			from -= size
		}
	}
	m.accepted = false
	if l.negative && found {
		m.undo(mark)
	}
	return found != l.negative && m.err == nil
}

func (m *machine) backref(i *inst, pos int) (int, bool) {
	from, to := m.slots[2*i.a], m.slots[2*i.a+1]
	if to < 0 {
		return pos, false
	}
	if i.flags&Caseless == 0 {
		if !bytes.HasPrefix(m.text[pos:], m.text[from:to]) {
			return pos, false
		}
		return pos + to - from, true
	}
	for from < to {
		if pos >= len(m.text) {
			return pos, false
		}
		a, n := m.next(from)
		b, k := m.next(pos)
		if !equalFold(a, b, m.re.flags&Unicode != 0) {
			return pos, false
		}
		from, pos = from+n, pos+k
	}
	return pos, true
}

// call runs a group, or the whole pattern, as a subroutine: what it captures is
// forgotten.
func (m *machine) call(group, pos int) (int, bool) {
	if m.nest >= maxNesting {
		m.err = ErrRecursionLimit
		return 0, false
	}
	before := append([]int(nil), m.slots...)
	mark := len(m.trail)
	m.nest++
	end, ok := m.run(m.re.starts[group], pos, m.re.ends[group])
	m.nest--
	m.accepted = false
	if ok {
		copy(m.slots, before)
		m.trail = m.trail[:mark]
	}
	return end, ok
}

// simple runs the instructions that test a position or take what is no single
// character.
func (m *machine) simple(i *inst, pos int) (int, bool) {
	n := len(m.text)
	switch i.op {
	case opBegin:
		return pos, pos == 0
	case opStart:
		return pos, pos == m.start
	case opEndText:
		return pos, pos == n
	case opEndOrNL:
		return pos, pos == n || m.newlineAt(pos) > 0 && pos+m.newlineAt(pos) == n
	case opLineBegin:
		if pos == 0 {
			return pos, m.flags&NotBOL == 0
		}
		return pos, i.flags&Multiline != 0 && pos < n && m.afterNewline(pos)
	case opLineEnd:
		switch {
		case pos == n:
			return pos, m.flags&NotEOL == 0
		case i.flags&Multiline != 0:
			return pos, m.newlineAt(pos) > 0
		}
		return pos, m.flags&NotEOL == 0 && m.re.flags&DollarEndOnly == 0 && m.newlineAt(pos) > 0 && pos+m.newlineAt(pos) == n
	case opWordEdge:
		return pos, m.wordEdge(pos)
	case opNotWordEdge:
		return pos, !m.wordEdge(pos)
	case opKeep:
		m.set(0, pos)
		return pos, true
	case opNewline:
		size := m.anyNewlineAt(pos)
		return pos + size, size > 0
	case opGrapheme:
		return m.grapheme(pos)
	}
	return pos, false // opFail
}

// grapheme takes a character and the marks after it.
func (m *machine) grapheme(pos int) (int, bool) {
	if pos >= len(m.text) {
		return pos, false
	}
	if m.newlineAt(pos) == 0 && m.text[pos] == '\r' && pos+1 < len(m.text) && m.text[pos+1] == '\n' {
		return pos + 2, true
	}
	_, n := m.next(pos)
	pos += n
	for pos < len(m.text) {
		r, n := m.next(pos)
		if !unicode.Is(unicode.M, r) && r != 0x200d {
			break
		}
		pos += n
	}
	return pos, true
}
