package code

import (
	"fmt"
	"io"
	"strings"

	"vivarium/runtime/internal/term"
)

// Disassemble writes the code of a module as text: functions with their lines
// of source, an instruction a line. Jumps name the word they lead to, counted
// from the function's entry. What a module says is all there, so the text is
// the expected output of the compiler's tests.
func Disassemble(w io.Writer, m *Module) error {
	d := &disassembler{m: m, relocs: map[int]Reloc{}}
	for _, r := range m.Relocs {
		d.relocs[r.PC] = r
	}
	for i := range m.Funcs {
		if i > 0 {
			d.out.WriteByte('\n')
		}
		d.function(&m.Funcs[i])
	}
	_, err := io.WriteString(w, d.out.String())
	return err
}

type disassembler struct {
	m      *Module
	relocs map[int]Reloc
	out    strings.Builder
	base   int
}

func (d *disassembler) function(f *Func) {
	kind := "private"
	if f.Exported {
		kind = "exported"
	}
	fmt.Fprintf(&d.out, "%s.%s/%d %s, frame %d\n", moduleText(d.m.Name), f.Name, f.Arity, kind, f.Frame)
	d.base = f.Entry
	line := 0
	for pc := f.Entry; pc < f.End && pc < len(d.m.Code); pc += Size(d.m.Code, pc) {
		mark := "    "
		for line < len(f.Lines) && f.Lines[line].PC <= pc {
			if f.Lines[line].PC == pc {
				mark = fmt.Sprintf("%4d", f.Lines[line].Line)
			}
			line++
		}
		text := d.instruction(pc)
		fmt.Fprintf(&d.out, "%s  %4d  %s\n", mark, pc-f.Entry, text)
	}
	for _, h := range f.Handlers {
		fmt.Fprintf(&d.out, "      handler %d..%d -> %d, r%d\n", h.Start-f.Entry, h.End-f.Entry, h.Target-f.Entry, h.Reg)
	}
}

func (d *disassembler) instruction(pc int) string {
	words := d.m.Code
	op, a, b, c := Split(words[pc])
	if op >= opCount {
		return fmt.Sprintf("invalid %#x", words[pc])
	}
	shape := Ops[op].Shape
	next := Next(words, pc)
	var args []string
	add := func(s string) {
		if s != "" {
			args = append(args, s)
		}
	}
	if op == OpBsBuild {
		add(register(a))
		for i := pc + 1; i < next; i++ {
			add(register(int16(words[i]>>32)) + ":" + Segment(words[i]).String())
		}
		return op.String() + " " + strings.Join(args, ", ")
	}
	add(d.operand(shape[0], a, 0))
	switch shape[1] {
	case 'J':
		add(d.target(next + int(Long(words[pc]))))
	case 'I':
		add(fmt.Sprint(Long(words[pc])))
	default:
		add(d.operand(shape[1], b, next))
		add(d.operand(shape[2], c, next))
	}
	if len(shape) == 4 {
		add(d.extension(shape[3], pc+1, next))
	}
	if len(args) == 0 {
		return op.String()
	}
	return op.String() + " " + strings.Join(args, ", ")
}

func register(off int16) string { return fmt.Sprintf("r%d", Reg(off)) }

func (d *disassembler) target(pc int) string { return fmt.Sprintf("-> %d", pc-d.base) }

func (d *disassembler) operand(shape byte, v int16, next int) string {
	switch shape {
	case 'd', 's', 'r':
		return register(v)
	case 'j':
		return d.target(next + int(v))
	case 't':
		if v >= 0 && int(v) < len(TypeNames) {
			return TypeNames[v]
		}
	case 'x':
		if v >= 0 && int(v) < len(ErrNames) {
			return ErrNames[v]
		}
	case '-':
		return ""
	}
	return fmt.Sprint(v)
}

func (d *disassembler) extension(shape byte, at, next int) string {
	w := d.m.Code[at]
	switch shape {
	case 'K':
		return d.constant(at)
	case 'X', 'B':
		text := d.imported(at)
		if fail := int32(w >> 32); shape == 'B' && fail != 0 {
			text += " else " + d.target(next+int(fail))
		}
		return text
	case 'F':
		r, ok := d.relocs[at]
		if !ok || r.Index >= len(d.m.Lambdas) || d.m.Lambdas[r.Index].Func >= len(d.m.Funcs) {
			return "lambda ?"
		}
		f := d.m.Funcs[d.m.Lambdas[r.Index].Func]
		return fmt.Sprintf("%s/%d", f.Name, d.m.Lambdas[r.Index].Arity)
	case 'G':
		text := Segment(w).String()
		if fail := int32(w >> 32); fail != 0 {
			text += " else " + d.target(next+int(fail))
		}
		return text
	case 'T':
		var entries []string
		for i := at + 1; i+1 < next; i += 2 {
			entries = append(entries, d.constant(i)+" "+d.target(next+int(int64(d.m.Code[i+1]))))
		}
		return "{" + strings.Join(entries, ", ") + "}"
	}
	return fmt.Sprintf("%#x", w)
}

func (d *disassembler) imported(at int) string {
	r, ok := d.relocs[at]
	if !ok || r.Index >= len(d.m.Imports) {
		return "import ?"
	}
	i := d.m.Imports[r.Index]
	return fmt.Sprintf("%s.%s/%d", moduleText(i.Module), i.Name, i.Arity)
}

// constant shows a term: an atom, an immediate in the code itself, or a
// literal, decoded.
func (d *disassembler) constant(at int) string {
	if r, ok := d.relocs[at]; ok {
		switch r.Kind {
		case RelocAtom:
			return ":" + r.Name
		case RelocLiteral:
			if r.Index < len(d.m.Literals) {
				return fmt.Sprintf("literal %d %s", r.Index, literalText(d.m.Literals[r.Index]))
			}
		}
		return "?"
	}
	t := term.Term(d.m.Code[at])
	switch {
	case t.IsInt():
		return fmt.Sprint(t.Int())
	case t.IsNil():
		return "[]"
	}
	return fmt.Sprintf("%#x", uint64(t))
}

// literalText shows the beginning of a literal's external form: enough to tell
// literals apart in a listing.
func literalText(etf []byte) string {
	const most = 24
	if len(etf) > most {
		return fmt.Sprintf("%q...", etf[:most])
	}
	return fmt.Sprintf("%q", etf)
}

func moduleText(name string) string {
	if rest, ok := strings.CutPrefix(name, "Elixir."); ok {
		return rest
	}
	return ":" + name
}

// String shows a segment in the words of Elixir's bitstring syntax.
func (s Segment) String() string {
	names := [...]string{"integer", "float", "binary", "utf8", "utf16", "utf32"}
	text := "?"
	if int(s.Type()) < len(names) {
		text = names[s.Type()]
	}
	if s.Signed() {
		text += "-signed"
	}
	if s.Little() {
		text += "-little"
	}
	switch s.SizeKind() {
	case SizeConst:
		text += fmt.Sprintf("-size(%d)", s.Size())
	case SizeReg:
		text += fmt.Sprintf("-size(%s)", register(s.SizeReg()))
	}
	if s.Unit() != 1 {
		text += fmt.Sprintf("-unit(%d)", s.Unit())
	}
	return text
}
