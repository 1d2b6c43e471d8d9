package expand

import (
	"sort"
	"strconv"
	"strings"

	"vivarium/runtime/elixir/format"
	"vivarium/runtime/elixir/quoted"
)

// docKey names what documentation belongs to.
type docKey struct {
	kind quoted.Atom // function, macro, callback, macrocallback or type
	NameArity
}

// docState is what is known of the documentation of one thing.
type docState struct {
	line      int
	text      bool // it is a string
	context   bool // made by a macro
	impl      bool // it has an @impl, which hides it unless it is documented
	signature []argument
	doc       quoted.Expr // a string, false or nil
	meta      []quoted.MetaEntry
	at        quoted.Expr // where it is defined, for types and callbacks
}

// argument is an argument as documentation shows it: a name, and whether it
// was chosen by the one who wrote it or is a guess.
type argument struct {
	name     quoted.Atom
	numbered bool // several of the name are told apart by a number
	guessed  bool
	fallback quoted.Expr // of \\, or nil
}

// mergeMeta adds documentation's metadata; later entries win.
func mergeMeta(meta, more []quoted.MetaEntry) []quoted.MetaEntry {
	meta = meta[:len(meta):len(meta)]
next:
	for _, e := range more {
		for i := range meta {
			if meta[i].Key == e.Key {
				meta = append([]quoted.MetaEntry(nil), meta...)
				meta[i].Value = e.Value
				continue next
			}
		}
		meta = append(meta, e)
	}
	return meta
}

// takeDoc takes the text, the line and the metadata of a @doc or @typedoc.
func (m *module) takeDoc(key quoted.Atom, line int) (at int, doc quoted.Expr, meta []quoted.MetaEntry) {
	doc = quoted.Nil
	if a := m.take(key); a != nil {
		if pair, ok := a.value.(quoted.Tuple); ok && len(pair) == 2 {
			l, _ := pair[0].(quoted.Int)
			line, doc = int(l), pair[1]
		}
	}
	meta = m.docMeta[key]
	delete(m.docMeta, key)
	return line, doc, meta
}

// signature simplifies the arguments of a definition.
func (c *Compiler) signature(args quoted.List, env *Env) []argument {
	out := make([]argument, len(args))
	total := map[quoted.Atom]int{}
	for i, a := range args {
		out[i] = c.simplified(a, env)
		if out[i].numbered {
			total[out[i].name]++
		}
	}
	seen := map[quoted.Atom]int{}
	for i := range out {
		if !out[i].numbered || total[out[i].name] < 2 {
			continue
		}
		seen[out[i].name]++
		out[i].name += quoted.Atom(strconv.Itoa(seen[out[i].name]))
	}
	return out
}

func (c *Compiler) simplified(arg quoted.Expr, env *Env) argument {
	guess := func(name quoted.Atom) argument { return argument{name: name, numbered: true, guessed: true} }
	switch a := arg.(type) {
	case *quoted.Node:
		if _, name, _, ok := quoted.IsVar(a); ok {
			return variableArgument(name, true)
		}
		args, _ := a.Args.(quoted.List)
		switch {
		case a.Head == quoted.Expr(quoted.Atom(`\\`)) && len(args) == 2:
			out := c.simplified(args[0], env)
			out.fallback = c.withAttributes(args[1], env)
			return out
		case a.Head == quoted.Expr(quoted.Atom("=")) && len(args) == 2:
			for _, side := range args {
				if _, name, _, ok := quoted.IsVar(side); ok {
					return variableArgument(name, false)
				}
			}
		case a.Head == quoted.Expr(quoted.Atom("%")) && len(args) == 2:
			expanded, _ := c.newExpander(env).expandOnce(args[0])
			if module, ok := expanded.(quoted.Atom); ok {
				name := string(module)
				if rest, isAlias := strings.CutPrefix(name, "Elixir."); isAlias {
					name = underscored(rest[strings.LastIndexByte(rest, '.')+1:])
				}
				return guess(quoted.Atom(name))
			}
			return guess("struct")
		case a.Head == quoted.Expr(quoted.Atom("%{}")):
			return guess("map")
		case a.Head == quoted.Expr(quoted.Atom("@")):
			return c.simplified(c.withAttributes(a, env), env)
		case a.Head == quoted.Expr(quoted.Atom("var!")) && len(args) > 0:
			if _, name, _, ok := quoted.IsVar(args[0]); ok {
				return variableArgument(name, true)
			}
		}
	case quoted.Int, *quoted.Big:
		return guess("int")
	case quoted.Atom:
		if a == quoted.True || a == quoted.False {
			return guess("bool")
		}
		return guess("atom")
	case quoted.List, *quoted.Cons:
		return guess("list")
	case quoted.Float:
		return guess("float")
	case quoted.Str:
		return guess("binary")
	}
	return guess("arg")
}

// variableArgument is an argument that has a name. With a leading underscore
// it counts as a guess, when it only names what is ignored.
func variableArgument(name quoted.Atom, ignored bool) argument {
	switch {
	case name == "_":
		return argument{name: name, guessed: ignored}
	case name != "" && name[0] == '_':
		return argument{name: name[1:], guessed: ignored}
	}
	return argument{name: name}
}

// withAttributes replaces the attributes in a default by their values, which
// are gone when the module is compiled.
func (c *Compiler) withAttributes(e quoted.Expr, env *Env) quoted.Expr {
	switch e := e.(type) {
	case *quoted.Node:
		if e.Head == quoted.Expr(quoted.Atom("@")) {
			out, _ := c.newExpander(env).expandOnce(e)
			return out
		}
		return &quoted.Node{Head: c.withAttributes(e.Head, env), Meta: e.Meta, Args: c.withAttributes(e.Args, env)}
	case quoted.List:
		out := make(quoted.List, len(e))
		for i, x := range e {
			out[i] = c.withAttributes(x, env)
		}
		return out
	case quoted.Tuple:
		out := make(quoted.Tuple, len(e))
		for i, x := range e {
			out[i] = c.withAttributes(x, env)
		}
		return out
	}
	return e
}

// underscored is Macro.underscore of the last part of an alias.
func underscored(s string) string {
	var out strings.Builder
	upper := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= 'A' && s[i] <= 'Z' }
	for i := range len(s) {
		b := s[i]
		if upper(i) {
			// A capital begins a word, unless it is within an acronym.
			if i > 0 && s[i-1] != '_' && (!upper(i-1) || i+1 < len(s) && !upper(i+1) && (s[i+1] < '0' || s[i+1] > '9')) {
				out.WriteByte('_')
			}
			b += 'a' - 'A'
		}
		out.WriteByte(b)
	}
	return out.String()
}

// mergeSignatures joins the arguments of another clause: a name that was
// chosen wins over a guess, and guesses that differ become argN.
func mergeSignatures(old, next []argument) []argument {
	out := make([]argument, len(old))
	for i, a := range old {
		switch b := next[i]; {
		case !a.guessed:
		case !b.guessed:
			a.name, a.guessed = b.name, false
		case a.name != b.name:
			a.name = "arg" + quoted.Atom(strconv.Itoa(i+1))
		}
		out[i] = a
	}
	return out
}

// document keeps the documentation of a function or macro.
func (c *Compiler) document(m *module, key docKey, args quoted.List, body quoted.Expr, next docState, at quoted.Meta, env *Env) {
	_, next.text = next.doc.(quoted.Str)
	next.signature = c.signature(args, env)
	previous := m.docs[key]
	if previous == nil {
		if next.impl && next.doc == quoted.Expr(quoted.Nil) {
			next.doc = quoted.False
		}
		m.docs[key] = &next
		return
	}
	if previous.text && next.text && body != nil && body != quoted.Expr(quoted.Nil) && !previous.context {
		c.warnAt(at, env, "redefining @doc attribute previously set at line "+itoa(previous.line)+".\n\nPlease remove the duplicate docs. If instead you want to override a previously defined @doc, attach the @doc attribute to a function head (the function signature not followed by any do-block). For example:\n\n    @doc \"\"\"\n    new docs\n    \"\"\"\n    def "+string(key.Name)+"(...)\n")
	}
	previous.context = next.context
	if next.doc != quoted.Expr(quoted.Nil) {
		previous.doc, previous.text = next.doc, next.text
	}
	if next.impl && previous.doc == quoted.Expr(quoted.Nil) {
		previous.doc = quoted.False
	}
	previous.signature = mergeSignatures(previous.signature, next.signature)
	previous.meta = mergeMeta(previous.meta, next.meta)
}

// documentType keeps the documentation of a type or callback.
func (m *module) documentType(key docKey, meta quoted.Meta, next docState) {
	next.at = anno(meta)
	m.docs[key] = &next
}

// anno is a place as Erlang's annotations have it.
func anno(meta quoted.Meta) quoted.Expr {
	if column := meta.Column(); column > 0 {
		return quoted.Tuple{quoted.Int(meta.Line()), quoted.Int(column)}
	}
	return quoted.Int(meta.Line())
}

// entry is one thing that is documented.
type entry struct {
	key docKey
	docState
}

// docs returns what makes the documentation of a module, or nil when none is
// to be kept. It is made when somebody asks for it: printing the signatures
// costs more than compiling many a module.
func (d *defining) docs(def *ModuleDef) func(c *Compiler) quoted.Expr {
	c, m := d.c, d.m
	if c.bootstrapping() || c.buildingLibrary() || c.Option("docs") == quoted.Expr(quoted.False) {
		return nil
	}
	line, text, meta := m.takeDoc("moduledoc", d.meta.Line())
	var behaviours quoted.List
	for _, b := range m.accumulated["behaviour"] {
		behaviours = append(behaviours, b)
	}
	if behaviours == nil {
		behaviours = emptyList
	}
	meta = mergeMeta(meta, []quoted.MetaEntry{
		{Key: "behaviours", Value: behaviours},
		{Key: "source_annos", Value: quoted.List{anno(d.meta)}},
		{Key: "source_path", Value: charlist(def.File)},
	})
	var entries []entry
	for key, s := range m.docs {
		e := entry{key, *s}
		if e.at == nil {
			definition := m.defs[key.NameArity]
			if definition == nil || definition.kind != "def" && definition.kind != "defmacro" {
				continue
			}
			e.at = anno(definition.meta)
		}
		entries = append(entries, e)
	}
	name := def.Name
	return func(c *Compiler) quoted.Expr {
		sort.Slice(entries, func(i, j int) bool { return entries[i].before(&entries[j]) })
		list := make(quoted.List, len(entries))
		for i := range entries {
			list[i] = c.docEntry(name, &entries[i])
		}
		return quoted.Tuple{
			quoted.Atom("docs_v1"), quoted.Int(line), quoted.Atom("elixir"), quoted.Str("text/markdown"),
			docValue(text, ""), metaMap(meta), list,
		}
	}
}

// before is the order in which documentation lists what is documented.
func (e *entry) before(other *entry) bool {
	if a, b := e.rank(), other.rank(); a != b {
		return a < b
	}
	if e.key.Name != other.key.Name {
		return e.key.Name < other.key.Name
	}
	return e.key.Arity < other.key.Arity
}

func (e *entry) rank() int {
	switch e.key.kind {
	case "function":
		return 0
	case "macro":
		return 1
	case "callback":
		return 2
	case "macrocallback":
		return 3
	}
	if quoted.Meta(e.meta).Has("opaque") {
		return 5
	}
	return 4
}

func (c *Compiler) docEntry(module quoted.Atom, e *entry) quoted.Expr {
	signature := quoted.List{}
	if e.rank() < 2 {
		signature = append(signature, quoted.Str(c.shownSignature(module, e)))
	}
	meta := mergeMeta(e.meta, []quoted.MetaEntry{{Key: "source_annos", Value: quoted.List{e.at}}})
	return quoted.Tuple{
		quoted.Tuple{e.key.kind, e.key.Name, quoted.Int(e.key.Arity)},
		quoted.Int(e.line), signature, docValue(e.doc, e.key.Name), metaMap(meta),
	}
}

func (c *Compiler) shownSignature(module quoted.Atom, e *entry) string {
	if e.key.NameArity == (NameArity{"__struct__", 0}) {
		return "%" + inspectAtom(module) + "{}"
	}
	args := make([]quoted.Expr, len(e.signature))
	for i, a := range e.signature {
		args[i] = quoted.Var(a.name, nil, quoted.Nil)
		if a.fallback != nil {
			args[i] = node(`\\`, nil, args[i], a.fallback)
		}
	}
	return format.Quoted(node(e.key.Name, nil, args...), format.Options{Inspect: c.inspect, LineLength: -1})
}

// docValue is a text as documentation has it. What begins with an underscore
// is hidden unless it is documented.
func docValue(doc quoted.Expr, name quoted.Atom) quoted.Expr {
	switch doc {
	case quoted.Expr(quoted.False):
		return quoted.Atom("hidden")
	case quoted.Expr(quoted.Nil):
		if name != "" && name[0] == '_' {
			return quoted.Atom("hidden")
		}
		return quoted.Atom("none")
	}
	return newMap([]quoted.Pair{{Key: quoted.Str("en"), Value: doc}})
}

func metaMap(meta []quoted.MetaEntry) quoted.Expr {
	pairs := make([]quoted.Pair, len(meta))
	for i, e := range meta {
		pairs[i] = quoted.Pair{Key: e.Key, Value: e.Value}
	}
	return newMap(pairs)
}
