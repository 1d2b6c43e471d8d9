package slim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Go's table of functions, by which its runtime finds its way through the stacks: see runtime/symtab.go (pcHeader,
// moduledata), runtime/runtime2.go (_func) and cmd/link/internal/ld/pcln.go, which writes it.
//
// Half of the table serves only to say where a panic was: names, files, lines, inlined calls. That is left out, and what
// the runtime needs to work is kept: the frames' sizes, the maps of pointers, the deferred calls, what kind a function is.

const (
	pcHeaderMagic  = 0xfffffff1
	pcHeaderSize   = 72
	firstFunc      = 0x1000 // what the linker adds to a function's number to make its address
	funcSize       = 44
	bucketSize     = 20 // of findfunctab: a function's index, and 16 bytes that count on from it
	bucketsPerFunc = 16 // since a function's address is its number << 16, and a bucket stands for 4096 addresses

	pcdataStackMap     = 1
	pcdataInlineTree   = 2
	funcdataArgs       = 0
	funcdataLocals     = 1
	funcdataObjects    = 2
	funcdataInlineTree = 3
	funcdataDefers     = 4
	noFuncdata         = 0xffffffff

	funcIDWrapper = 23 // internal/abi.FuncIDWrapper

	// A function of the new table has two tables by address and three other tables; one with deferred calls or a wrapper
	// with inlined calls has more and lies behind them.
	plainPcdata, plainFuncdata = 2, 3
	plainSize                  = funcSize + 4*plainPcdata + 4*plainFuncdata
	wholePcdata, wholeFuncdata = 3, 5
	wholeSize                  = funcSize + 4*wholePcdata + 4*wholeFuncdata
)

// moduledata is what is read of runtime.moduledata; the numbers are the indices of its words.
const (
	wordPcHeader    = 0
	wordFuncnametab = 1
	wordCutab       = 4
	wordFiletab     = 7
	wordPctab       = 10
	wordPclntable   = 13
	wordFtab        = 16
	wordFindfunctab = 19
	wordEnd         = 34
	wordGofunc      = 40
	wordEpclntab    = 41
)

// funcInfo is a function of Go's table.
type funcInfo struct {
	name          string
	args          uint32
	deferreturn   uint32
	kind          uint32 // funcID and flag
	frame         []step // the frame's size
	stackMap      []step // which map of the frame's pointers holds
	pcdata        []uint32
	funcdata      []uint32
	isWrapper     bool
	hasInlineTree bool
}

// funcTable is Go's table of functions in the memory of a module.
type funcTable struct {
	memory []byte
	data   int // the address of moduledata
	funcs  []funcInfo
}

func (t *funcTable) word(i int) int {
	return int(binary.LittleEndian.Uint64(t.memory[t.data+8*i:]))
}

func (t *funcTable) setWord(i, v int) {
	binary.LittleEndian.PutUint64(t.memory[t.data+8*i:], uint64(v))
}

func (t *funcTable) u32(at int) uint32 { return binary.LittleEndian.Uint32(t.memory[at:]) }

// readFuncTable finds and reads the table, and fails when anything is not where Go 1.26 has it.
func readFuncTable(memory []byte, count int) (*funcTable, error) {
	t := &funcTable{memory: memory}
	header := bytes.Index(memory, []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8})
	if header < 0 || header+pcHeaderSize > len(memory) {
		return nil, errors.New("there is no table of functions")
	}
	field := func(i int) int { return int(binary.LittleEndian.Uint64(memory[header+8*i:])) }
	if field(1) != count {
		return nil, fmt.Errorf("the table has %d functions, the module %d", field(1), count)
	}
	for at := 0; ; at += 8 {
		if at+8*64 > len(memory) {
			return nil, errors.New("nothing points to the table of functions")
		}
		t.data = at
		if t.word(wordPcHeader) == header && t.word(wordFuncnametab) == header+field(4) && t.word(wordCutab) == header+field(5) {
			break
		}
	}
	for word, offset := range map[int]int{wordFiletab: 6, wordPctab: 7, wordPclntable: 8, wordFtab: 8} {
		if t.word(word) != header+field(offset) {
			return nil, errors.New("the table's header and Go's module data differ")
		}
	}
	order := []int{wordFuncnametab, wordCutab, wordFiletab, wordPctab, wordPclntable, wordGofunc, wordFindfunctab, wordEpclntab, wordEnd}
	for i := 1; i < len(order); i++ {
		if t.word(order[i-1]) > t.word(order[i]) {
			return nil, errors.New("the parts of the table are in another order")
		}
	}
	if t.word(wordFtab+1) != count+1 || t.word(wordEpclntab) > len(memory) || t.word(wordEnd) < len(memory) {
		return nil, errors.New("the table's parts have other sizes")
	}
	for i := range count {
		entry, at := t.u32(t.word(wordFtab)+8*i), t.word(wordPclntable)+int(t.u32(t.word(wordFtab)+8*i+4))
		if int(entry) != firstFunc+i || int(t.u32(at)) != firstFunc+i {
			return nil, fmt.Errorf("function %d has the address of another", i)
		}
		f := funcInfo{
			name: t.text(t.word(wordFuncnametab) + int(t.u32(at+4))),
			args: t.u32(at + 8), deferreturn: t.u32(at + 12), kind: t.u32(at+40) & 0xffff,
		}
		pcdata, funcdata := int(t.u32(at+28)), int(memory[at+43])
		if pcdata > 5 || funcdata > 8 {
			return nil, fmt.Errorf("function %s has tables that Go 1.26 does not know", f.name)
		}
		for j := range pcdata {
			f.pcdata = append(f.pcdata, t.u32(at+funcSize+4*j))
		}
		for j := range funcdata {
			f.funcdata = append(f.funcdata, t.u32(at+funcSize+4*pcdata+4*j))
		}
		f.isWrapper = f.kind&0xff == funcIDWrapper
		f.hasInlineTree = f.at(pcdataInlineTree) != 0 && f.data(funcdataInlineTree) != noFuncdata
		var err error
		if f.frame, err = t.steps(t.u32(at + 16)); err != nil {
			return nil, fmt.Errorf("the frame of %s: %w", f.name, err)
		}
		if f.stackMap, err = t.steps(f.at(pcdataStackMap)); err != nil {
			return nil, fmt.Errorf("the pointers of %s: %w", f.name, err)
		}
		t.funcs = append(t.funcs, f)
	}
	return t, nil
}

// keepsInlineTree tells whether the runtime needs to know what is inlined in the function: it counts the functions between
// a panic and a call of recover, without wrappers, so it matters in these alone (runtime.gorecover).
func (f *funcInfo) keepsInlineTree() bool { return f.isWrapper && f.hasInlineTree }

// at returns the offset of a table by address, 0 for none.
func (f *funcInfo) at(table int) uint32 {
	if table >= len(f.pcdata) {
		return 0
	}
	return f.pcdata[table]
}

// data returns the offset of another table.
func (f *funcInfo) data(table int) uint32 {
	if table >= len(f.funcdata) {
		return noFuncdata
	}
	return f.funcdata[table]
}

// text reads a string that ends with zero.
func (t *funcTable) text(at int) string {
	n := bytes.IndexByte(t.memory[at:], 0)
	return string(t.memory[at : at+n])
}

// shortName is what stays of a function's name: what the runtime looks at. It tells its own goroutines by "runtime.",
// takes a type's and a method's name out of the name of a wrapper, and knows two functions of reflect.
func shortName(f *funcInfo) string {
	switch {
	case f.name == "reflect.makeFuncStub" || f.name == "reflect.methodValueCall":
		return f.name
	case strings.HasPrefix(f.name, "runtime."):
		return "runtime.f"
	case f.isWrapper && strings.Contains(f.name, ".(*"):
		return "p.(*T).f"
	}
	return ""
}

// pool collects pieces of bytes, each once.
type pool struct {
	bytes []byte
	known map[string]uint32
}

func newPool(start []byte) *pool { return &pool{start, map[string]uint32{}} }

// add returns the offset of a piece; a new one is put at the end, aligned.
func (p *pool) add(piece []byte, align int) uint32 {
	if at, ok := p.known[string(piece)]; ok {
		return at
	}
	for len(p.bytes)%align != 0 {
		p.bytes = append(p.bytes, 0)
	}
	at := uint32(len(p.bytes))
	p.bytes = append(p.bytes, piece...)
	p.known[string(piece)] = at
	return at
}

// keep makes the pool forget of what is in it all but what is before an end.
func (p *pool) keep(end int) {
	maps.DeleteFunc(p.known, func(_ string, at uint32) bool { return int(at) >= end })
}

// step is a line of a table by address: the value that holds until an address.
type step struct {
	value int32
	until uint32
}

// steps reads a table by address; nil for none.
func (t *funcTable) steps(offset uint32) ([]step, error) {
	if offset == 0 {
		return nil, nil
	}
	var out []step
	value, pc := int32(-1), uint32(0)
	r := reader{data: t.memory[t.word(wordPctab)+int(offset) : t.word(wordPctab)+t.word(wordPctab+1)]}
	for r.err == nil {
		delta := uint32(r.unsigned())
		if delta == 0 && len(out) > 0 {
			return out, nil
		}
		value += int32(-(delta & 1) ^ delta>>1)
		pc += uint32(r.unsigned())
		out = append(out, step{value, pc})
	}
	return nil, r.err
}

// writeSteps writes a table by address. The last value holds for ever, so that functions of different lengths can have
// the same table.
func writeSteps(steps []step) []byte {
	var out []byte
	value, pc := int32(-1), uint32(0)
	for i, s := range steps {
		if i == len(steps)-1 {
			s.until = 1 << 16 // more than the parts a function may have
		}
		delta := s.value - value
		out = appendUnsigned(out, uint64(uint32(delta<<1)^uint32(delta>>31)))
		out = appendUnsigned(out, uint64(s.until-pc))
		value, pc = s.value, s.until
	}
	return append(out, 0)
}

// unloaded is what the table says of a function of which nothing is there yet, in the columns that are not the same for all:
// one without a frame and without pointers. That is true of a goroutine that has not yet begun to run it, and before that
// nobody asks.
type unloaded struct{ frame uint32 }

func (u unloaded) record(record []uint32) []uint32 {
	out := make([]uint32, len(record))
	out[0], out[1], out[4], out[7] = record[0], record[1], u.frame, record[7]
	return out
}

// slim writes the table anew, without what is not needed. Its columns are returned to be packed; all else is in memory.
//
// Functions may be given places in parts that are loaded later, see Part. What the table says of those of place 1, 2 ... is
// then not in the columns, and what it points to lies together in memory; the pieces of memory that the parts have to bring
// along are returned, too.
func (t *funcTable) slim(places []int) ([]column, [][]Piece, error) {
	names := newPool([]byte{0})
	tables := newPool([]byte{0})
	pieces := newPool(nil)
	absent := unloaded{tables.add(writeSteps([]step{{0, 1}}), 1)}
	records := make([][]uint32, len(t.funcs))
	offsets := make([]int, len(t.funcs)) // of the functions' records, -1 for one that lies with the others
	var whole []byte
	most := 0
	for _, p := range places {
		most = max(most, p)
	}
	type extent struct{ tables, pieces, whole int }
	ends := make([]extent, most+1)
	for place := range ends {
		if place > 0 {
			// What another part brings along may not be there.
			tables.keep(ends[0].tables)
			pieces.keep(ends[0].pieces)
		}
		for i := range t.funcs {
			if places != nil && places[i] != place {
				continue
			}
			var more []uint32
			var err error
			if records[i], more, err = t.record(i, names, tables, pieces); err != nil {
				return nil, nil, err
			}
			offsets[i] = -1
			if more != nil {
				offsets[i] = len(whole)
				for _, v := range more {
					whole = binary.LittleEndian.AppendUint32(whole, v)
				}
			}
		}
		ends[place] = extent{len(tables.bytes), len(pieces.bytes), len(whole)}
	}

	var plain [plainSize / 4][]uint32
	ftab := [2][]uint32{}
	// ftab and the plain records come first, whatever their number.
	begin := (8*(len(t.funcs)+1) + 7) / 8 * 8
	extras := begin + plainSize*len(t.funcs)
	for i, record := range records {
		at := begin + plainSize*i
		switch {
		case places != nil && places[i] > 0:
			record = absent.record(record)
		case offsets[i] >= 0:
			at = extras + offsets[i]
		}
		for j, v := range record {
			plain[j] = append(plain[j], v)
		}
		ftab[0] = append(ftab[0], uint32(firstFunc+i))
		ftab[1] = append(ftab[1], uint32(at))
	}
	columns, err := t.place(names, tables, pieces, ftab, plain[:], whole, begin, extras)
	if err != nil || most == 0 {
		return columns, nil, err
	}

	// Where the parts' pieces are now.
	tab, tabs := t.word(wordPclntable), t.word(wordPctab)
	later := make([][]Piece, most)
	for k := range later {
		from, to := ends[k], ends[k+1]
		add := func(at int, content []byte) {
			if len(content) > 0 {
				later[k] = append(later[k], Piece{at, content})
			}
		}
		copied := func(at, n int) { add(at, bytes.Clone(t.memory[at:at+n])) }
		copied(tabs+from.tables, to.tables-from.tables)
		copied(t.word(wordGofunc)+from.pieces, to.pieces-from.pieces)
		copied(tab+extras+from.whole, to.whole-from.whole)
		var rows []byte
		row := 0 // where they begin
		for i := 0; i <= len(t.funcs); i++ {
			if i == len(t.funcs) || places[i] != k+1 {
				add(tab+begin+plainSize*row, rows)
				rows, row = nil, i+1
				continue
			}
			for _, v := range records[i] {
				rows = binary.LittleEndian.AppendUint32(rows, v)
			}
			if offsets[i] >= 0 {
				add(tab+8*i+4, binary.LittleEndian.AppendUint32(nil, uint32(extras+offsets[i])))
			}
		}
	}
	return columns, later, nil
}

// record gives a function's record, and the longer one that stands for it if it needs more tables than most.
func (t *funcTable) record(i int, names, tables, pieces *pool) (plain, whole []uint32, err error) {
	f := &t.funcs[i]
	table := func(steps []step) uint32 {
		if steps == nil {
			return 0
		}
		return tables.add(writeSteps(steps), 1)
	}
	piece := func(table int, size func(at int) int) uint32 {
		offset := f.data(table)
		if offset == noFuncdata {
			return noFuncdata
		}
		at := t.word(wordGofunc) + int(offset)
		return pieces.add(t.memory[at:at+size(at)], 4)
	}
	name := uint32(0)
	if short := shortName(f); short != "" {
		name = names.add(append([]byte(short), 0), 1)
	}
	plain = []uint32{uint32(firstFunc + i), name, f.args, f.deferreturn, table(f.frame), 0, 0, plainPcdata, 0, 0, f.kind | plainFuncdata<<24,
		0, table(f.stackMap), piece(funcdataArgs, t.stackMapSize), piece(funcdataLocals, t.stackMapSize), piece(funcdataObjects, t.objectsSize)}
	if f.data(funcdataDefers) == noFuncdata && !f.keepsInlineTree() {
		return plain, nil, nil
	}
	inlined, tree := uint32(0), uint32(noFuncdata)
	if f.keepsInlineTree() {
		steps, err := t.steps(f.at(pcdataInlineTree))
		if err != nil {
			return nil, nil, fmt.Errorf("the calls inlined in %s: %w", f.name, err)
		}
		inlined, tree = table(steps), t.inlineTree(f, steps, pieces)
	}
	whole = slices.Clone(plain)
	whole[7], whole[10] = wholePcdata, f.kind|wholeFuncdata<<24
	whole = slices.Concat(whole[:13], []uint32{inlined}, whole[13:], []uint32{tree, piece(funcdataDefers, t.defersSize)})
	return plain, whole, nil
}

// place puts the new parts where the old ones were.
func (t *funcTable) place(names, tables, pieces *pool, ftab [2][]uint32, plain [][]uint32, whole []byte, records, extras int) ([]column, error) {
	align := func(n int) int { return (n + 7) / 8 * 8 }
	nameAt := t.word(wordFuncnametab)
	tableAt := align(nameAt + len(names.bytes))
	tabAt := align(tableAt + len(tables.bytes))
	gofunc, buckets := t.word(wordGofunc), t.word(wordFindfunctab)
	if tabAt+extras+len(whole) > gofunc || gofunc+len(pieces.bytes) > buckets {
		return nil, errors.New("the new table of functions is larger than the old one")
	}
	last := len(t.funcs) * bucketsPerFunc
	for i := range (len(t.funcs) - 1) * bucketsPerFunc {
		at := buckets + i*bucketSize
		if int(t.u32(at)) != i/bucketsPerFunc || bytes.Count(t.memory[at+4:at+bucketSize], []byte{0}) != bucketSize-4 {
			return nil, fmt.Errorf("bucket %d of %d of findfunctab is not as expected", i, last)
		}
		clear(t.memory[at : at+bucketSize])
	}
	clear(t.memory[nameAt:buckets])
	copy(t.memory[nameAt:], names.bytes)
	copy(t.memory[tableAt:], tables.bytes)
	copy(t.memory[tabAt+extras:], whole)
	copy(t.memory[gofunc:], pieces.bytes)
	// The entry after the last function's has the end's address only.
	binary.LittleEndian.PutUint32(t.memory[tabAt+8*len(t.funcs):], uint32(firstFunc+len(t.funcs)))

	slice := func(word, at, n int) {
		t.setWord(word, at)
		t.setWord(word+1, n)
		t.setWord(word+2, n)
	}
	slice(wordFuncnametab, nameAt, len(names.bytes))
	slice(wordCutab, tableAt, 0)
	slice(wordFiletab, tableAt, 0)
	slice(wordPctab, tableAt, len(tables.bytes))
	slice(wordPclntable, tabAt, extras+len(whole))
	slice(wordFtab, tabAt, len(t.funcs)+1)
	header := t.word(wordPcHeader)
	for i, at := range []int{nameAt, tableAt, tableAt, tableAt, tabAt} {
		binary.LittleEndian.PutUint64(t.memory[header+8*(4+i):], uint64(at-header))
	}

	columns := []column{{at: tabAt, stride: 8, values: ftab[0]}, {at: tabAt + 4, stride: 8, values: ftab[1], counts: true}}
	for i, values := range plain {
		columns = append(columns, column{at: tabAt + records + 4*i, stride: plainSize, values: values})
	}
	numbers := make([]uint32, len(t.funcs)-1)
	for i := range numbers {
		numbers[i] = uint32(i)
	}
	for i := range bucketsPerFunc {
		columns = append(columns, column{at: buckets + bucketSize*i, stride: bucketSize * bucketsPerFunc, values: numbers})
	}
	return columns, nil
}

// stackMapSize: runtime.stackmap is the number of bitmaps, that of bits in each, and the bitmaps.
func (t *funcTable) stackMapSize(at int) int {
	return 8 + int(t.u32(at))*((int(t.u32(at+4))+7)/8)
}

// objectsSize: a number of eight bytes, and so many runtime.stackObjectRecord.
func (t *funcTable) objectsSize(at int) int { return 8 + 16*int(t.u32(at)) }

// defersSize: two numbers in runtime's varint.
func (t *funcTable) defersSize(at int) int {
	r := reader{data: t.memory[at : at+20]}
	r.unsigned()
	r.unsigned()
	return r.at
}

// inlineTree keeps a function's tree of inlined calls, without names and lines. A runtime.inlinedCall is four words: the
// function's kind, the offset of its name, the address of the call, and the line.
func (t *funcTable) inlineTree(f *funcInfo, steps []step, pieces *pool) uint32 {
	most := int32(-1)
	for _, s := range steps {
		most = max(most, s.value)
	}
	at := t.word(wordGofunc) + int(f.data(funcdataInlineTree))
	tree := bytes.Clone(t.memory[at : at+16*int(most+1)])
	for i := 0; i < len(tree); i += 16 {
		clear(tree[i+4 : i+8])
		clear(tree[i+12 : i+16])
	}
	return pieces.add(tree, 4)
}
