package lower

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// decoder reads the external term format as quoted expressions, so that tests
// can compile what Elixir itself has expanded.
type decoder struct{ b []byte }

func decodeETF(b []byte) (e quoted.Expr, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("not a term: %v", r)
		}
	}()
	if b[0] != etfVersion {
		return nil, fmt.Errorf("no version byte")
	}
	d := &decoder{b[1:]}
	return d.term(), nil
}

func (d *decoder) take(n int) []byte {
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}
func (d *decoder) u8() int  { return int(d.take(1)[0]) }
func (d *decoder) u16() int { return int(binary.BigEndian.Uint16(d.take(2))) }
func (d *decoder) u32() int { return int(binary.BigEndian.Uint32(d.take(4))) }

func (d *decoder) terms(n int) []quoted.Expr {
	out := make([]quoted.Expr, n)
	for i := range out {
		out[i] = d.term()
	}
	return out
}

func (d *decoder) term() quoted.Expr {
	switch tag := d.u8(); tag {
	case etfSmallInt:
		return quoted.Int(d.u8())
	case etfInt:
		return quoted.Int(int32(d.u32()))
	case etfSmallBig, etfLargeBig:
		n := 0
		if tag == etfSmallBig {
			n = d.u8()
		} else {
			n = d.u32()
		}
		sign := d.u8()
		bytes := slices.Clone(d.take(n))
		slices.Reverse(bytes)
		i := new(big.Int).SetBytes(bytes)
		if sign == 1 {
			i.Neg(i)
		}
		if i.IsInt64() {
			return quoted.Int(i.Int64())
		}
		return &quoted.Big{Int: *i}
	case etfFloat:
		return quoted.Float(math.Float64frombits(binary.BigEndian.Uint64(d.take(8))))
	case etfSmallAtom:
		return quoted.Atom(d.take(d.u8()))
	case etfAtom:
		return quoted.Atom(d.take(d.u16()))
	case etfBinary:
		return quoted.Str(d.take(d.u32()))
	case etfBitBinary:
		n, last := d.u32(), d.u8()
		return &quoted.Bits{Data: slices.Clone(d.take(n)), Size: 8*(n-1) + last}
	case etfNil:
		return quoted.List(nil)
	case etfString:
		var l quoted.List
		for _, c := range d.take(d.u16()) {
			l = append(l, quoted.Int(c))
		}
		return l
	case etfList:
		elems := d.terms(d.u32())
		tail := d.term()
		if l, ok := tail.(quoted.List); ok && len(l) == 0 {
			return quoted.List(elems)
		}
		return &quoted.Cons{Elems: elems, Tail: tail}
	case etfSmallTuple:
		return tupleOrNode(d.terms(d.u8()))
	case etfLargeTuple:
		return tupleOrNode(d.terms(d.u32()))
	case etfMap:
		m := &quoted.Map{}
		for range d.u32() {
			k := d.term()
			m.Pairs = append(m.Pairs, quoted.Pair{Key: k, Value: d.term()})
		}
		return m
	case etfExport:
		m, _ := d.term().(quoted.Atom)
		f, _ := d.term().(quoted.Atom)
		a, _ := d.term().(quoted.Int)
		return &exportFun{module: m, name: f, arity: int(a)}
	default:
		panic(fmt.Sprintf("tag %d", tag))
	}
}

func tupleOrNode(elems []quoted.Expr) quoted.Expr {
	if len(elems) == 3 {
		if pairs, ok := quoted.Pairs(elems[1]); ok {
			return &quoted.Node{Head: elems[0], Meta: pairs, Args: elems[2]}
		}
	}
	return quoted.Tuple(elems)
}

// expanded is a module as `dump` writes it: the definitions that Elixir's own
// compiler left in a .beam file.
type expanded struct {
	name, file string
	functions  []Function
}

// expandedModules decodes a list of {name, file, [{name, arity, exported,
// line, clauses}]}.
func expandedModules(b []byte) ([]expanded, error) {
	e, err := decodeETF(b)
	if err != nil {
		return nil, err
	}
	list, ok := e.(quoted.List)
	if !ok {
		return nil, fmt.Errorf("not a list of modules")
	}
	var out []expanded
	for _, x := range list {
		name, file, defs := triple(x)
		m := expanded{name: text(name), file: text(file)}
		for _, d := range defs.(quoted.List) {
			t := d.(quoted.Tuple)
			f := Function{Name: text(t[0]), Arity: int(t[1].(quoted.Int)), Exported: t[2] == quoted.Expr(quoted.True), Line: int(t[3].(quoted.Int))}
			for _, c := range t[4].(quoted.List) {
				ct := c.(quoted.Tuple)
				meta, _ := quoted.Pairs(ct[0])
				args, _ := ct[1].(quoted.List)
				guards, _ := ct[2].(quoted.List)
				cl := Clause{Meta: meta, Args: args, Body: ct[3]}
				for _, g := range slices.Backward(guards) {
					if cl.Guard == nil {
						cl.Guard = g
					} else {
						cl.Guard = quoted.Call("when", nil, g, cl.Guard)
					}
				}
				f.Clauses = append(f.Clauses, cl)
			}
			m.functions = append(m.functions, f)
		}
		out = append(out, m)
	}
	return out, nil
}

func triple(e quoted.Expr) (a, b, c quoted.Expr) {
	switch e := e.(type) {
	case quoted.Tuple:
		return e[0], e[1], e[2]
	case *quoted.Node:
		return e.Head, quoted.List(nil), e.Args
	}
	return nil, nil, nil
}

func text(e quoted.Expr) string {
	switch e := e.(type) {
	case quoted.Str:
		return string(e)
	case quoted.Atom:
		return string(e)
	}
	return ""
}

// show prints a term so that equal terms print alike.
func show(e quoted.Expr) string {
	join := func(es []quoted.Expr) string {
		var parts []string
		for _, x := range es {
			parts = append(parts, show(x))
		}
		return strings.Join(parts, ", ")
	}
	switch e := e.(type) {
	case nil:
		return "nothing"
	case quoted.Atom:
		return ":" + string(e)
	case quoted.Str:
		return fmt.Sprintf("%q", string(e))
	case quoted.Float:
		return fmt.Sprintf("%v(%x)", float64(e), math.Float64bits(float64(e)))
	case *quoted.Big:
		return e.String()
	case *quoted.Bits:
		return fmt.Sprintf("bits(%x, %d)", e.Data, e.Size)
	case quoted.List:
		return "[" + join(e) + "]"
	case *quoted.Cons:
		return "[" + join(e.Elems) + " | " + show(e.Tail) + "]"
	case quoted.Tuple:
		return "{" + join(e) + "}"
	case *quoted.Node:
		meta := make(quoted.List, len(e.Meta))
		for i, m := range e.Meta {
			meta[i] = quoted.Tuple{m.Key, m.Value}
		}
		return "{" + join([]quoted.Expr{e.Head, meta, e.Args}) + "}"
	case *quoted.Map:
		var parts []string
		for _, p := range e.Pairs {
			parts = append(parts, show(p.Key)+" => "+show(p.Value))
		}
		slices.Sort(parts)
		return "%{" + strings.Join(parts, ", ") + "}"
	case *exportFun:
		return fmt.Sprintf("&%s.%s/%d", e.module, e.name, e.arity)
	}
	return fmt.Sprint(e)
}
