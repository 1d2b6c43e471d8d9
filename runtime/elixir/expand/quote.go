package expand

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// quoteModule holds the functions that quoted code calls when it runs.
const quoteModule = quoted.Atom("elixir_quote")

// quoting is one quote (or escape): how names are marked and what unquotes.
type quoting struct {
	x         *expander // whose aliases and imports are noted; nil for escape
	escape    *escaping // set when values are escaped rather than code quoted
	line      quoted.Expr
	file      quoted.Expr
	context   quoted.Expr
	unquote   bool
	generated bool
}

// expandQuote expands quote: to code that builds the quoted expression.
func (x *expander) expandQuote(n *quoted.Node, args quoted.List) quoted.Expr {
	meta := n.Meta
	opts, body := x.quoteParts(meta, args)
	allowed := []quoted.Atom{"context", "location", "line", "file", "unquote", "bind_quoted", "generated"}
	given := x.keywordOpts(meta, "quote", allowed, opts)

	q := quoting{x: x, unquote: true, line: quoted.False, file: quoted.Nil}
	var prelude []quoted.Expr
	context := option(given, "context")
	if context == nil {
		context = x.env.Module
		if x.env.Module == quoted.Nil {
			context = quoted.Atom("Elixir")
		}
	}
	if option(given, "location") == quoted.Expr(quoted.Atom("keep")) {
		q.file, q.line = quoted.Str(x.env.File), quoted.True
	} else {
		if f := option(given, "file"); f != nil {
			q.file = f
		}
		if l := option(given, "line"); l != nil {
			q.line = l
		}
	}
	var binding []quoted.MetaEntry
	if b := option(given, "bind_quoted"); b != nil {
		pairs, ok := quoted.Pairs(b)
		if !ok {
			x.fileError(meta, "invalid :bind_quoted for quote, expected a keyword list of variable names, got: %s", x.c.toString(b))
		}
		binding, q.unquote = pairs, false
	}
	if u := option(given, "unquote"); u != nil {
		q.unquote = x.quoteBool("unquote", u)
	}
	if g := option(given, "generated"); g != nil {
		q.generated = x.quoteBool("generated", g)
	}
	if x.env.Context != quoted.Nil && q.unquote && hasUnquotes(body, 0) {
		x.fileError(meta, "unquote is not allowed when quote is used inside a pattern or guard")
	}

	check := func(key quoted.Atom, value quoted.Expr, valid bool) quoted.Expr {
		if valid {
			return value
		}
		v := quoted.Var(key, meta, quoteModule)
		call := remote(quoteModule, "validate_runtime", meta, meta, key, value)
		prelude = append([]quoted.Expr{node("=", meta, v, call)}, prelude...)
		return v
	}
	switch q.line.(type) {
	case quoted.Atom:
		q.line = check("line", q.line, q.line == quoted.Expr(quoted.True) || q.line == quoted.Expr(quoted.False))
	case quoted.Int:
	default:
		q.line = check("line", q.line, false)
	}
	if q.file != quoted.Expr(quoted.Nil) {
		_, isText := q.file.(quoted.Str)
		q.file = check("file", q.file, isText)
	}
	a, isAtom := context.(quoted.Atom)
	q.context = check("context", context, isAtom && a != quoted.Nil)

	preludeCode := x.expandEach(prelude)
	contextCode := x.expand(q.context)
	if _, _, ok := quoted.IsCall(body, "unquote_splicing"); ok && q.unquote {
		panic(argumentError("unquote_splicing only works inside arguments and block contexts, wrap it in parens if you want it to work with one-liners"))
	}
	code := x.expand(q.quote(body))

	if len(binding) > 0 {
		bindingMeta := metaList(meta.Delete("column"))
		items := make(quoted.List, 0, len(binding)+1)
		for _, b := range binding {
			v := node("{}", nil, b.Key, bindingMeta, contextCode)
			items = append(items, node("{}", nil, quoted.Atom("="), emptyList, quoted.List{v, b.Value}))
		}
		code = node("{}", nil, quoted.Atom("__block__"), emptyList, append(items, code))
	}
	if len(preludeCode) > 0 {
		code = node("__block__", nil, append(preludeCode, code)...)
	}
	return code
}

func (x *expander) expandEach(exprs []quoted.Expr) []quoted.Expr {
	out := make([]quoted.Expr, len(exprs))
	for i, e := range exprs {
		out[i] = x.expand(e)
	}
	return out
}

// quoteParts separates the options of quote from its body.
func (x *expander) quoteParts(meta quoted.Meta, args quoted.List) (opts, body quoted.Expr) {
	last, ok := args[len(args)-1].(quoted.List)
	if !ok {
		x.fileError(meta, `invalid arguments for "quote"`)
	}
	rest := make(quoted.List, 0, len(last))
	for _, item := range last {
		if t, ok := item.(quoted.Tuple); ok && len(t) == 2 && t[0] == quoted.Expr(quoted.Atom("do")) && body == nil {
			body = t[1]
			continue
		}
		rest = append(rest, item)
	}
	if body == nil {
		x.fileError(meta, `missing :do option in "quote"`)
	}
	if len(args) == 2 {
		return args[0], body
	}
	return rest, body
}

func (x *expander) quoteBool(key string, value quoted.Expr) bool {
	b, ok := value.(quoted.Atom)
	if !ok || b != quoted.True && b != quoted.False {
		panic(argumentError("invalid runtime value for option :%s in quote, got: %s", key, x.c.inspect(value)))
	}
	return b == quoted.True
}

// tuple3 is code that builds {head, meta, args}.
func tuple3(head, meta, args quoted.Expr) quoted.Expr { return node("{}", nil, head, meta, args) }

// keystore sets a key of metadata; nil stores nothing.
func keystore(key quoted.Atom, meta quoted.Meta, value quoted.Expr) quoted.Meta {
	if value == nil || value == quoted.Expr(quoted.Nil) {
		return meta
	}
	out := make(quoted.Meta, 0, len(meta)+1)
	done := false
	for _, e := range meta {
		if e.Key == key && !done {
			e.Value, done = value, true
		}
		out = append(out, e)
	}
	if !done {
		out = append(out, quoted.MetaEntry{Key: key, Value: value})
	}
	return out
}

// keynew sets a key of metadata that is not there yet, in front.
func keynew(key quoted.Atom, meta quoted.Meta, value quoted.Expr) quoted.Meta {
	if meta.Has(key) {
		return meta
	}
	return append(quoted.Meta{{Key: key, Value: value}}, meta...)
}

// quote returns code that builds e.
func (q *quoting) quote(e quoted.Expr) quoted.Expr {
	switch e := e.(type) {
	case *quoted.Node:
		return q.quoteNode(e)
	case quoted.Tuple:
		if len(e) == 2 {
			if q.unquote && (isSplice(e[0]) || isSplice(e[1])) {
				return q.quote(node("{}", nil, e[0], e[1]))
			}
			return quoted.Tuple{q.quote(e[0]), q.quote(e[1])}
		}
	}
	if q.escape != nil {
		return q.escapeTerm(e)
	}
	if list, ok := e.(quoted.List); ok {
		return q.quoteList(list)
	}
	return e
}

func isSplice(e quoted.Expr) bool {
	n, ok := e.(*quoted.Node)
	return ok && n.Head == quoted.Expr(quoted.Atom("unquote_splicing"))
}

func (q *quoting) quoteNode(n *quoted.Node) quoted.Expr {
	if args, ok := n.Args.(quoted.List); ok {
		switch n.Head {
		case quoted.Expr(quoted.Atom("quote")):
			if len(args) == 1 || len(args) == 2 {
				return q.quoteQuote(n, args)
			}
		case quoted.Expr(quoted.Atom("unquote")):
			if len(args) == 1 && q.unquote {
				if q.escape != nil {
					return args[0]
				}
				return remote(quoteModule, "unquote", n.Meta, n.Meta, args[0])
			}
		}
	}
	if q.x != nil {
		if _, parts, ok := quoted.IsCall(n, "__aliases__"); ok && len(parts) > 0 {
			if head, ok := parts[0].(quoted.Atom); ok && head != "Elixir" {
				return q.quoteAlias(n, parts)
			}
		}
	}
	name, isName := n.Head.(quoted.Atom)
	context, isVar := n.Args.(quoted.Atom)
	if q.x != nil && isName && isVar && context == quoted.Nil {
		return tuple3(name, q.meta(q.importMeta(n.Meta, name, 0)), q.context)
	}
	if q.unquote {
		if call, ok := q.unquotedDot(n); ok {
			return call
		}
	}
	if q.x != nil {
		if fa, ok := q.captureImport(n); ok {
			return fa
		}
		args, isCall := n.Args.(quoted.List)
		if isName && (isCall || isVar) {
			return q.quoteTuple(q.annotate(&quoted.Node{Head: name, Meta: q.importMeta(n.Meta, name, len(args)), Args: n.Args}))
		}
		return q.quoteTuple(q.annotate(n))
	}
	return q.escapeNode(n)
}

func (q *quoting) quoteTuple(n *quoted.Node) quoted.Expr {
	head := q.quote(n.Head)
	args := q.quote(n.Args)
	return tuple3(head, q.meta(n.Meta), args)
}

func (q *quoting) quoteQuote(n *quoted.Node, args quoted.List) quoted.Expr {
	inner := *q
	inner.unquote = false
	out := make(quoted.List, len(args))
	if len(args) == 2 {
		out[0] = q.quote(args[0])
	}
	out[len(args)-1] = inner.quote(args[len(args)-1])
	meta := n.Meta
	if q.x != nil {
		meta = keystore("context", meta, q.context)
	}
	return tuple3(quoted.Atom("quote"), q.meta(meta), out)
}

func (q *quoting) quoteAlias(n *quoted.Node, parts quoted.List) quoted.Expr {
	annotation := quoted.Expr(quoted.False)
	if module, ok := q.x.expandAlias(n.Meta, parts, true); ok {
		annotation = module
	}
	meta := keystore("alias", n.Meta.Delete("counter"), annotation)
	return q.quoteTuple(&quoted.Node{Head: n.Head, Meta: meta, Args: parts})
}

// importMeta notes which imports a name meets here, so that it means the same
// where the code is used.
func (q *quoting) importMeta(meta quoted.Meta, name quoted.Atom, arity int) quoted.Meta {
	if !meta.Has("imports") {
		if imports := q.x.findImports(meta, name); len(imports) > 0 {
			q.traceImports(meta, name, imports)
			return keystore("imports", keystore("context", meta, q.context), imports)
		}
	}
	if arity == 1 && meta.Get("ambiguous_op") == quoted.Expr(quoted.Nil) {
		return keystore("ambiguous_op", meta, q.context)
	}
	return meta
}

func (q *quoting) traceImports(meta quoted.Meta, name quoted.Atom, imports quoted.List) {
	var order []quoted.Atom
	arities := map[quoted.Atom][]int{}
	for _, i := range imports {
		t := i.(quoted.Tuple)
		module := t[1].(quoted.Atom)
		if arities[module] == nil {
			order = append(order, module)
		}
		arities[module] = append(arities[module], int(t[0].(quoted.Int)))
	}
	for _, module := range order {
		q.x.traceImportedQuoted(meta, module, name, arities[module])
	}
}

// captureImport quotes &name/arity of an imported function.
func (q *quoting) captureImport(n *quoted.Node) (quoted.Expr, bool) {
	_, args, ok := quoted.IsCall(n, "&")
	if !ok || len(args) != 1 {
		return nil, false
	}
	_, parts, ok := quoted.IsCall(args[0], "/")
	if !ok || len(parts) != 2 {
		return nil, false
	}
	_, name, _, isVar := quoted.IsVar(parts[0])
	arity, isInt := parts[1].(quoted.Int)
	if !isVar || !isInt {
		return nil, false
	}
	meta := n.Meta
	na := NameArity{name, int(arity)}
	switch f := q.x.findImport(meta, na, nil); f.kind {
	case ambiguousImport:
		q.x.fileError(meta, "%s", ambiguousText(f, na))
	case importedFunction, importedMacro:
		if f.kind == importedFunction {
			q.x.traceImportedFunction(meta, f.receiver, na)
		} else {
			q.x.traceImportedMacro(meta, f.receiver, na)
		}
		meta = keystore("context", keystore("imports", meta, quoted.List{quoted.Tuple{arity, f.receiver}}), q.context)
	}
	return q.quoteTuple(&quoted.Node{Head: n.Head, Meta: meta, Args: args}), true
}

// unquotedDot quotes left.unquote(name) and left.unquote(name)(args): what
// stands there is known only when the code runs.
func (q *quoting) unquotedDot(n *quoted.Node) (quoted.Expr, bool) {
	if left, meta, e, ok := dotUnquote(n); ok {
		return q.dotCall(left, meta, e, quoted.Nil), true
	}
	if head, ok := n.Head.(*quoted.Node); ok {
		if left, meta, e, ok := dotUnquote(head); ok {
			return q.dotCall(left, meta, e, n.Args), true
		}
	}
	return nil, false
}

// dotUnquote recognises {{:., meta, [left, :unquote]}, _, [e]}.
func dotUnquote(n *quoted.Node) (left quoted.Expr, meta quoted.Meta, e quoted.Expr, ok bool) {
	args, ok := n.Args.(quoted.List)
	if !ok || len(args) != 1 {
		return nil, nil, nil, false
	}
	dot, parts, ok := quoted.IsCall(n.Head, ".")
	if !ok || len(parts) != 2 || parts[1] != quoted.Expr(quoted.Atom("unquote")) {
		return nil, nil, nil, false
	}
	return parts[0], dot.Meta, args[0], true
}

func (q *quoting) dotCall(left quoted.Expr, meta quoted.Meta, e, args quoted.Expr) quoted.Expr {
	unquote := node("unquote", meta, e)
	context := q.context
	if context == nil {
		context = quoted.Nil
	}
	return remote(quoteModule, "dot", meta, meta,
		q.meta(meta), q.quote(left), q.quote(unquote), q.quote(args), q.quote(context))
}

// annotate marks definitions and directives with the context of the quote.
func (q *quoting) annotate(n *quoted.Node) *quoted.Node { return annotate(n, q.context) }

func annotate(n *quoted.Node, context quoted.Expr) *quoted.Node {
	args, ok := n.Args.(quoted.List)
	if !ok || len(args) == 0 {
		return n
	}
	name, _ := n.Head.(quoted.Atom)
	if _, parts, ok := quoted.IsCall(n.Head, "."); ok && len(parts) == 2 {
		if name, _ = parts[1].(quoted.Atom); !isDefinition(name) {
			return n
		}
	}
	switch {
	case isDefinition(name):
		out := append(quoted.List{annotateHead(args[0], context)}, args[1:]...)
		return &quoted.Node{Head: n.Head, Meta: n.Meta, Args: out}
	case name == "import" || name == "alias" || name == "require":
		return &quoted.Node{Head: n.Head, Meta: keystore("context", n.Meta.Delete("counter"), context), Args: args}
	}
	return n
}

func isDefinition(name quoted.Atom) bool {
	switch name {
	case "def", "defp", "defmacro", "defmacrop", "@":
		return true
	}
	return false
}

func annotateHead(e quoted.Expr, context quoted.Expr) quoted.Expr {
	n, ok := e.(*quoted.Node)
	if !ok {
		return e
	}
	if when, args, ok := quoted.IsCall(n, "when"); ok && len(args) == 2 {
		return node("when", when.Meta, annotateHead(args[0], context), args[1])
	}
	return &quoted.Node{Head: n.Head, Meta: keystore("context", n.Meta, context), Args: n.Args}
}

// quoteList quotes the elements of a list, splicing where it says so.
func (q *quoting) quoteList(list quoted.List) quoted.Expr {
	if len(list) == 0 {
		return emptyList
	}
	if !q.unquote {
		out := make(quoted.List, len(list))
		for i, e := range list {
			out[i] = q.quote(e)
		}
		return out
	}
	if cons, parts, ok := quoted.IsCall(list[len(list)-1], "|"); ok && len(parts) == 2 {
		if splice, args, ok := quoted.IsCall(parts[0], "unquote_splicing"); ok && len(args) == 1 {
			_ = splice
			front := q.spliceExpr(list[:len(list)-1])
			return remote(quoteModule, "tail_list", cons.Meta, cons.Meta, args[0], q.quote(parts[1]), front)
		}
	}
	return q.spliceExpr(list)
}

// spliceExpr is code that builds a list with unquote_splicing in it.
func (q *quoting) spliceExpr(list quoted.List) quoted.Expr {
	acc := quoted.Expr(emptyList)
	var buffer quoted.List // in reverse
	flush := func() quoted.Expr {
		left := make(quoted.List, len(buffer))
		for i, e := range buffer {
			left[len(buffer)-1-i] = e
		}
		buffer = nil
		rest, isList := acc.(quoted.List)
		switch {
		case isList && len(rest) == 0:
			return left
		case len(left) == 0:
			return acc
		}
		return remote(quoted.Atom("erlang"), "++", nil, nil, left, acc)
	}
	for i := len(list) - 1; i >= 0; i-- {
		if n, args, ok := quoted.IsCall(list[i], "unquote_splicing"); ok && len(args) == 1 && q.unquote {
			acc = remote(quoteModule, "list", n.Meta, n.Meta, args[0], flush())
			continue
		}
		buffer = append(buffer, q.quote(list[i]))
	}
	return flush()
}

// meta is code that builds metadata as the quote wants it.
func (q *quoting) meta(meta quoted.Meta) quoted.Expr {
	if q.escape != nil {
		return q.escapeMeta(meta)
	}
	meta = meta.Delete("column")
	if q.file != quoted.Expr(quoted.Nil) {
		meta = q.keepPlace(meta)
	} else {
		switch q.line {
		case quoted.Expr(quoted.True):
		case quoted.Expr(quoted.False):
			meta = meta.Delete("line")
		default:
			meta = keystore("line", meta, q.line)
		}
	}
	if q.generated {
		meta = append(quoted.Meta{{Key: "generated", Value: quoted.True}}, meta...)
	}
	return metaCode(meta)
}

func (q *quoting) keepPlace(meta quoted.Meta) quoted.Meta {
	line := quoted.Expr(quoted.Int(0))
	switch q.line {
	case quoted.Expr(quoted.True):
		if l := meta.Get("line"); l != nil {
			line = l
		}
	case quoted.Expr(quoted.False):
	default:
		line = q.line
	}
	return append(quoted.Meta{{Key: "keep", Value: quoted.Tuple{q.file, line}}}, meta.Delete("line")...)
}

// metaCode is the code of metadata, whose values may be code themselves (the
// line, file and context of the quote) or plain data.
func metaCode(meta quoted.Meta) quoted.Expr {
	out := make(quoted.List, len(meta))
	for i, e := range meta {
		out[i] = quoted.Tuple{e.Key, metaValueCode(e.Value)}
	}
	return out
}

// metaValueCode escapes the tuples of data that metadata may hold; variables
// (of a context given at run time) stay code.
func metaValueCode(e quoted.Expr) quoted.Expr {
	switch e := e.(type) {
	case quoted.Tuple:
		out := make([]quoted.Expr, len(e))
		for i, x := range e {
			out[i] = metaValueCode(x)
		}
		if len(e) == 2 {
			return quoted.Tuple(out)
		}
		return node("{}", nil, out...)
	case quoted.List:
		out := make(quoted.List, len(e))
		for i, x := range e {
			out[i] = metaValueCode(x)
		}
		return out
	}
	return e
}

// hasUnquotes reports whether code has an unquote that its quotes (level of
// them) do not hold back.
func hasUnquotes(e quoted.Expr, level int) bool {
	switch e := e.(type) {
	case *quoted.Node:
		name, isName := e.Head.(quoted.Atom)
		args, isCall := e.Args.(quoted.List)
		if !isCall {
			return !isName && hasUnquotes(e.Head, level)
		}
		switch {
		case name == "quote" && len(args) == 1:
			return hasUnquotes(args[0], level+1)
		case name == "quote" && len(args) == 2:
			return !disablesUnquote(args[0]) && hasUnquotes(args[1], level+1)
		case (name == "unquote" || name == "unquote_splicing") && len(args) == 1:
			return level == 0 || hasUnquotes(args[0], level-1)
		}
		if _, _, _, ok := dotUnquote(e); ok {
			return true
		}
		return hasUnquotes(e.Head, level) || anyUnquotes(args, level)
	case quoted.Tuple:
		return len(e) == 2 && anyUnquotes(e, level)
	case quoted.List:
		return anyUnquotes(e, level)
	}
	return false
}

func anyUnquotes(list []quoted.Expr, level int) bool {
	for _, e := range list {
		if hasUnquotes(e, level) {
			return true
		}
	}
	return false
}

func disablesUnquote(opts quoted.Expr) bool {
	list, _ := opts.(quoted.List)
	for _, o := range list {
		if t, ok := o.(quoted.Tuple); ok && len(t) == 2 {
			if t[0] == quoted.Expr(quoted.Atom("unquote")) && t[1] == quoted.Expr(quoted.False) || t[0] == quoted.Expr(quoted.Atom("bind_quoted")) {
				return true
			}
		}
	}
	return false
}

// linifyWithCounter prepares what a macro returned: code without a line gets
// that of the call, and the macro's own variables, aliases and directives get
// the counter of this expansion, so that they meet only each other.
func linifyWithCounter(call quoted.Meta, receiver quoted.Atom, counter, e quoted.Expr) quoted.Expr {
	l := &linifier{receiver: receiver, counter: counter}
	if line := call.Line(); line != 0 {
		l.meta = func(m quoted.Meta) quoted.Meta { return keynew("line", m, quoted.Int(line)) }
	}
	return l.expr(e, call.Get("generated") == quoted.Expr(quoted.True))
}

// linify gives code without a line the given one; with keep, the place kept
// by quote becomes the line.
func linify(line int, useKeep bool, e quoted.Expr) quoted.Expr {
	if line == 0 {
		return e
	}
	l := &linifier{meta: func(m quoted.Meta) quoted.Meta {
		if useKeep {
			if _, kept, ok := keep(m); ok {
				return append(quoted.Meta{{Key: "line", Value: quoted.Int(kept)}}, m.Delete("keep").Delete("line")...)
			}
		}
		return keynew("line", m, quoted.Int(line))
	}}
	return l.expr(e, false)
}

type linifier struct {
	meta     func(quoted.Meta) quoted.Meta // nil keeps it
	receiver quoted.Atom
	counter  quoted.Expr // nil: no counters
}

func (l *linifier) expr(e quoted.Expr, generated bool) quoted.Expr {
	switch e := e.(type) {
	case *quoted.Node:
		return l.node(e, generated)
	case quoted.Tuple:
		if len(e) == 2 {
			return quoted.Tuple{l.expr(e[0], generated), l.expr(e[1], generated)}
		}
	case quoted.List:
		if len(e) == 0 {
			return e
		}
		out := make(quoted.List, len(e))
		for i, x := range e {
			out[i] = l.expr(x, generated)
		}
		return out
	}
	return e
}

func (l *linifier) node(n *quoted.Node, generated bool) quoted.Expr {
	meta := n.Meta
	if l.counter != nil {
		name, isName := n.Head.(quoted.Atom)
		args, isCall := n.Args.(quoted.List)
		switch {
		case name == "quote" && len(args) > 0:
			if meta.Get("context") == quoted.Expr(l.receiver) {
				meta = keynew("counter", meta, l.counter)
			}
		case isName && !isCall && n.Args == quoted.Expr(l.receiver) && name != "_":
			meta = keynew("counter", meta, l.counter)
		case len(args) > 0 && (name == "import" || name == "alias" || name == "require" || name == "__aliases__"):
			meta = keynew("counter", meta, l.counter)
		}
	}
	switch {
	case meta.Get("stop_generated") == quoted.Expr(quoted.True):
		meta = meta.Delete("stop_generated")
		generated = false
	case generated && (len(meta) == 0 || meta[0].Key != "generated" || meta[0].Value != quoted.Expr(quoted.True)):
		meta = append(quoted.Meta{{Key: "generated", Value: quoted.True}}, meta...)
	}
	head := n.Head
	if h, ok := head.(*quoted.Node); ok {
		head = l.node(h, generated)
	}
	if l.meta != nil {
		meta = l.meta(meta)
	}
	return &quoted.Node{Head: head, Meta: meta, Args: l.expr(n.Args, generated)}
}

// dot is what quoted code calls for left.unquote(right): args is nil's Atom
// without parentheses.
func dot(meta quoted.Meta, left, right, args quoted.Expr, show func(quoted.Expr) string) (quoted.Expr, *Exception) {
	noParens := func(name quoted.Expr) quoted.Expr {
		return &quoted.Node{Head: node(".", meta, left, name), Meta: append(quoted.Meta{{Key: "no_parens", Value: quoted.True}}, meta...), Args: emptyList}
	}
	r, isNode := right.(*quoted.Node)
	if args == quoted.Expr(quoted.Nil) {
		if a, ok := right.(quoted.Atom); ok {
			if strings.HasPrefix(string(a), aliasPrefix) {
				return node("__aliases__", meta, left, a), nil
			}
			return noParens(a), nil
		}
		if isNode {
			name, isName := r.Head.(quoted.Atom)
			switch {
			case name == "__aliases__":
				if parts, ok := r.Args.(quoted.List); ok {
					return node("__aliases__", meta, append(quoted.List{left}, parts...)...), nil
				}
			case !isName:
			default:
				if _, ok := r.Args.(quoted.Atom); ok {
					return noParens(name), nil
				}
				return &quoted.Node{Head: node(".", meta, left, name), Meta: meta, Args: r.Args}, nil
			}
		}
		return nil, argumentError("expected unquote after dot to return an atom, an alias or a quoted call, got: %s", show(right))
	}
	if a, ok := right.(quoted.Atom); ok {
		return &quoted.Node{Head: node(".", meta, left, a), Meta: meta, Args: args}, nil
	}
	if isNode {
		name, ok1 := r.Head.(quoted.Atom)
		_, ok2 := r.Args.(quoted.Atom)
		if ok1 && ok2 {
			return &quoted.Node{Head: node(".", meta, left, name), Meta: meta, Args: args}, nil
		}
	}
	return nil, argumentError("expected unquote after dot with args to return an atom or a quoted call, got: %s", show(right))
}

// validAST reports whether a term looks like a quoted expression, as far as
// its outermost layer goes.
func (c *Compiler) validAST(e quoted.Expr) bool {
	if list, ok := e.(quoted.List); ok {
		for _, x := range list {
			if !c.validElem(x) {
				return false
			}
		}
		return true
	}
	if _, ok := e.(*quoted.Cons); ok {
		return false
	}
	return c.validElem(e)
}

func (c *Compiler) validElem(e quoted.Expr) bool {
	switch e := e.(type) {
	case quoted.List, *quoted.Cons, quoted.Atom, quoted.Str, quoted.Int, *quoted.Big, quoted.Float:
		return true
	case *quoted.Opaque:
		return c.Describe(e).Kind != OtherOpaque
	case quoted.Tuple:
		return len(e) == 2 && c.validElem(e[0]) && c.validElem(e[1])
	case *quoted.Node:
		switch e.Args.(type) {
		case quoted.Atom:
			_, ok := e.Head.(quoted.Atom)
			return ok
		case quoted.List:
			_, ok := e.Head.(quoted.Atom)
			return ok || c.validAST(e.Head)
		}
	}
	return false
}
