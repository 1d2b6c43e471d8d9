package expand

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
)

// check is what can be said about a module only when all modules of a file
// are there: calls of functions that do not exist or are deprecated, and
// callbacks.
type check struct {
	module    *module
	env       *Env
	calls     []remoteUse
	redundant []warning
	behaving  []quoted.Atom
}

// remoteUse is a call or capture of another module's function.
type remoteUse struct {
	module quoted.Atom
	na     NameArity
	meta   quoted.Meta
	from   NameArity
	file   string
}

// Deferred collects the checks of the modules that f defines in this process,
// and makes them after it, unless f fails. Without it modules are not checked,
// as when code is evaluated in a running program.
func (c *Compiler) Deferred(f func() *Exception) *Exception {
	process := c.Process()
	outer := c.checks[process]
	queue := &checkQueue{}
	c.checks[process] = queue
	exc := f()
	if outer != nil {
		c.checks[process] = outer
	} else {
		delete(c.checks, process)
	}
	if exc != nil || outer == nil && c.Postpone(queue.run) {
		return exc
	}
	return queue.run(c)
}

type checkQueue struct{ list []*check }

func (q *checkQueue) run(c *Compiler) *Exception {
	return c.try(func() {
		for _, ch := range q.list {
			c.runCheck(ch)
		}
		for _, ch := range q.list {
			c.verified(ch.module)
		}
	})
}

// verified runs the hooks of @after_verify, which are functions.
func (c *Compiler) verified(m *module) {
	for _, h := range m.accumulated["after_verify"] {
		if t, ok := h.(quoted.Tuple); ok && len(t) == 2 {
			hook, ok1 := t[0].(quoted.Atom)
			function, ok2 := t[1].(quoted.Atom)
			if ok1 && ok2 {
				c.call(hook, function, m.name)
			}
		}
	}
}

func (c *Compiler) queueCheck(m *module, def *ModuleDef, env *Env) {
	queue := c.checks[c.Process()]
	if queue == nil {
		c.verified(m)
		return
	}
	ch := &check{module: m, env: env}
	if !c.buildingLibrary() {
		ch.redundant = c.redundantClauses(ch, def)
		told := len(ch.redundant)
		for _, w := range c.typeMistakes(ch, def) {
			same := func(other warning) bool {
				return other.meta.Line() == w.meta.Line() && other.meta.Column() == w.meta.Column() && other.env.File == w.env.File
			}
			if !slices.ContainsFunc(ch.redundant[:told], same) {
				ch.redundant = append(ch.redundant, w)
			}
		}
	}
	for _, v := range m.accumulated["behaviour"] {
		if b, ok := v.(quoted.Atom); ok {
			ch.behaving = append(ch.behaving, b)
		}
	}
	ignored := m.noWarnUndefined(c.Option("no_warn_undefined"))
	for _, f := range slices.Concat(def.Functions, def.Unused) {
		from := NameArity{f.Name, f.Arity}
		if isMacroFunction(f.Name) {
			from = localTarget(f.Name, f.Arity)
		}
		if f.Name == "__info__" || f.Name == "module_info" || f.Name == "behaviour_info" {
			continue
		}
		for _, clause := range f.Clauses {
			remoteUses(clause.Body, func(module quoted.Atom, na NameArity, meta quoted.Meta) {
				if !ignored(module, na) {
					ch.calls = append(ch.calls, remoteUse{module, na, meta, from, f.File})
				}
			})
		}
	}
	queue.list = append(queue.list, ch)
}

func isMacroFunction(name quoted.Atom) bool { return strings.HasPrefix(string(name), "MACRO-") }

// noWarnUndefined reads @compile {:no_warn_undefined, ...}, after the compiler
// option of that name.
func (m *module) noWarnUndefined(option quoted.Expr) func(quoted.Atom, NameArity) bool {
	var listed []quoted.Expr
	if option != nil {
		listed = flatten(option)
	}
	for _, value := range m.accumulated["compile"] {
		for _, item := range flatten(value) {
			if t, ok := item.(quoted.Tuple); ok && len(t) == 2 && t[0] == quoted.Expr(quoted.Atom("no_warn_undefined")) {
				listed = append(listed, flatten(t[1])...)
			}
		}
	}
	return func(module quoted.Atom, na NameArity) bool {
		for _, e := range listed {
			if e == quoted.Expr(module) || e == quoted.Expr(quoted.Atom("all")) {
				return true
			}
			if elems := elements(e); len(elems) == 3 && elems[0] == quoted.Expr(module) && elems[1] == quoted.Expr(na.Name) && elems[2] == quoted.Expr(quoted.Int(na.Arity)) {
				return true
			}
		}
		return false
	}
}

// remoteUses finds the remote calls and captures in expanded code.
func remoteUses(e quoted.Expr, f func(module quoted.Atom, na NameArity, meta quoted.Meta)) {
	switch e := e.(type) {
	case quoted.Tuple:
		for _, x := range e {
			remoteUses(x, f)
		}
	case quoted.List:
		for _, x := range e {
			remoteUses(x, f)
		}
	case *quoted.Node:
		args, ok := e.Args.(quoted.List)
		if !ok {
			return
		}
		if e.Head == quoted.Expr(quoted.Atom("&")) && len(args) == 1 {
			if _, parts, ok := quoted.IsCall(args[0], "/"); ok && len(parts) == 2 {
				module, name, _, isRemote := remoteCall(parts[0])
				arity, isInt := parts[1].(quoted.Int)
				if isRemote && isInt {
					f(module, NameArity{name, int(arity)}, parts[0].(*quoted.Node).Meta)
				}
				return
			}
		}
		if module, name, _, ok := remoteCall(e); ok {
			f(module, NameArity{name, len(args)}, e.Meta)
		} else {
			remoteUses(e.Head, f)
		}
		for _, a := range args {
			remoteUses(a, f)
		}
	}
}

// structUse is a struct in a pattern or in an update.
type structUse struct {
	name   quoted.Atom
	keys   []quoted.Atom
	update bool
	meta   quoted.Meta
	from   NameArity
	file   string
}

// checkStruct says what is wrong with a struct that a function speaks of.
func (c *Compiler) checkStruct(use structUse) (messages []string) {
	if c.buildingLibrary() {
		return nil // the library is compiled in another order than its modules need each other
	}
	name := inspectAtom(use.name)
	if !c.Loaded(use.name, false) {
		return []string{"struct " + name + " is undefined (module " + name + " is not available or is yet to be defined)"}
	}
	if !c.Exported(use.name, "__struct__", 0) {
		return []string{"struct " + name + " is undefined (there is such module but it does not define a struct)"}
	}
	fields, ok := c.structFieldsOf(use.name)
	for _, key := range use.keys {
		if ok && key != "__exception__" && !containsAtom(fields, key) {
			messages = append(messages, "unknown key "+inspectAtom(key)+" for struct "+name)
		}
	}
	return messages
}

// warning is one to be shown with others of its module in order of place.
type warning struct {
	meta    quoted.Meta
	env     *Env
	message string
	isError bool // when it is not one of a group
	above   string
	form    callForm
}

// callForm is how the code that a warning is about is written, which comes
// before its place in the order of warnings.
type callForm int8

const (
	bracketForm callForm = iota - 1 // value[key]
	plainForm
	fieldForm // value.name
	localForm // name(...)
)

func (c *Compiler) runCheck(ch *check) {
	var out []warning
	at := map[string]int{} // grouped by message: only the first place is shown with the others after it
	for _, use := range ch.calls {
		message := c.checkUse(use)
		if message == "" {
			continue
		}
		from := use.from
		env := ch.env.with(func(e *Env) { e.Function, e.File = &from, use.file })
		out = append(out, warning{meta: use.meta, env: env, message: message})
		at[message]++
	}
	out = append(out, ch.redundant...)
	for _, use := range ch.module.structs {
		for _, message := range c.checkStruct(use) {
			from := use.from
			env := ch.env.with(func(e *Env) { e.Function, e.File = &from, use.file })
			out = append(out, warning{meta: use.meta, env: env, message: message, isError: !use.update})
			at[message]++
		}
	}
	if !c.buildingLibrary() {
		out = append(out, c.checkBehaviours(ch)...)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.env.File != b.env.File {
			return a.env.File < b.env.File
		}
		if a.form != b.form {
			return a.form < b.form
		}
		if a.meta.Line() != b.meta.Line() {
			return a.meta.Line() < b.meta.Line()
		}
		if a.meta.Column() != b.meta.Column() {
			return a.meta.Column() < b.meta.Column()
		}
		return a.message < b.message
	})
	shown := map[string]bool{}
	for _, w := range out {
		if w.isError && at[w.message] <= 1 {
			c.Diagnose(c.diagnostic(diag.Error, w.meta, w.env, w.message))
			continue
		}
		if at[w.message] <= 1 {
			d := c.diagnostic(diag.Warning, w.meta, w.env, w.message)
			d.Above = w.above
			c.Diagnose(d)
			continue
		}
		if shown[w.message] {
			continue
		}
		shown[w.message] = true
		c.warnGroup(out, w)
	}
}

// warnGroup shows a warning once, with all the places where it applies.
func (c *Compiler) warnGroup(all []warning, first warning) {
	d := c.diagnostic(diag.Warning, first.meta, first.env, first.message)
	for _, w := range all {
		if w.message == first.message && (w.meta.Line() != first.meta.Line() || w.meta.Column() != first.meta.Column()) {
			d.Others = append(d.Others, c.diagnostic(diag.Warning, w.meta, w.env, w.message))
		}
	}
	c.Diagnose(d)
}

// checkUse says what is wrong with a remote call, or "".
func (c *Compiler) checkUse(use remoteUse) string {
	module, na := use.module, use.na
	if use.meta.Get("runtime_module") == quoted.Expr(quoted.True) || module == "erlang" {
		return ""
	}
	if na.Name == "module_info" && na.Arity <= 1 || na == (NameArity{"__info__", 1}) && c.Loaded(module, false) {
		return ""
	}
	mfa := c.formatMFA(module, na.Name, na.Arity)
	if c.Exported(module, na.Name, na.Arity) {
		if reason, ok := c.deprecation(module, na); ok {
			return mfa + " is deprecated. " + reason
		}
		return ""
	}
	if !c.Loaded(module, false) {
		return mfa + " is undefined (module " + inspectAtom(module) + " is not available or is yet to be defined)" + c.missingModuleHint(module, na)
	}
	if c.Exported(module, na.Name, na.Arity) {
		return "" // it is there now that the module is loaded
	}
	return mfa + " is undefined or private" + c.loadedModuleHint(module, na)
}

func (c *Compiler) formatMFA(module, name quoted.Atom, arity int) string {
	return inspectAtom(module) + "." + remoteCallName(name) + "/" + itoa(arity)
}

// remoteCallName shows a function's name after a dot, quoted where needed.
func remoteCallName(name quoted.Atom) string {
	switch kind := quoted.ClassifyAtom(name); {
	case kind == quoted.AtomIdentifier:
		return string(name)
	case kind == quoted.AtomUnquoted && !strings.Contains(" % %{} -> . .. ... ..// <<>> {} ", " "+string(name)+" "):
		// An operator; other names that only an atom can have hold an @ or begin
		// with a capital.
		if first, _ := utf8.DecodeRuneInString(string(name)); !unicode.IsLetter(first) && first != '_' {
			return string(name)
		}
	}
	return `"` + quoted.EscapeString(string(name), '"') + `"`
}

func (c *Compiler) missingModuleHint(module quoted.Atom, na NameArity) string {
	if v, ok := c.hint("hint_for_missing_module", module, na); ok {
		return v
	}
	if rest, ok := strings.CutPrefix(string(module), aliasPrefix); ok && !strings.Contains(rest, ".") {
		return ". Make sure the module name is correct and has been specified in full (or that an alias has been defined)"
	}
	return ""
}

// hint asks UndefinedFunctionError, when the library has it.
func (c *Compiler) hint(function quoted.Atom, module quoted.Atom, na NameArity) (string, bool) {
	const errors = quoted.Atom("Elixir.UndefinedFunctionError")
	if !c.Loaded(errors, false) || !c.Exported(errors, function, 3) {
		return "", false
	}
	v, exc := c.Call(errors, function, []quoted.Expr{module, na.Name, quoted.Int(na.Arity)})
	if s, ok := v.(quoted.Str); ok && exc == nil {
		return string(s), true
	}
	return "", false
}

func (c *Compiler) loadedModuleHint(module quoted.Atom, na NameArity) string {
	if v, ok := c.hint("hint_for_loaded_module", module, na); ok {
		return v
	}
	if c.hasMacro(module, na) {
		return ". However, there is a macro with the same name and arity. Be sure to require " + inspectAtom(module) + " if you intend to invoke this macro"
	}
	functions, _ := c.Host.Functions(module)
	macros, _ := c.Macros(module)
	type candidate struct {
		NameArity
		distance float64
	}
	var found []candidate
	exports := append(append([]NameArity(nil), macros...), functions...)
	for _, e := range exports {
		if e.Name == na.Name {
			found = append(found, candidate{e, 1})
		}
	}
	if len(found) == 0 {
		for _, e := range exports {
			if _, old := c.deprecation(module, e); old {
				continue
			}
			if d := jaro(string(na.Name), string(e.Name)); d >= 0.77 {
				found = append(found, candidate{e, d})
			}
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].distance > found[j].distance })
	if len(found) > 5 {
		found = found[:5]
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].Name < found[j].Name })
	if len(found) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(". Did you mean:\n\n")
	for _, f := range found {
		b.WriteString("    * " + remoteCallName(f.Name) + "/" + itoa(f.Arity) + "\n")
	}
	return b.String()
}

// undefinedFunctionText is the message of UndefinedFunctionError with its
// hints, for a module that is loaded.
func (c *Compiler) undefinedFunctionText(module, name quoted.Atom, arity int) string {
	return "function " + c.formatMFA(module, name, arity) + " is undefined or private" + c.loadedModuleHint(module, NameArity{name, arity})
}

// jaro is the Jaro distance of two words: 1 for equal ones, 0 for those with
// nothing in common.
func jaro(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if a == b {
		return 1
	}
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	window := max(max(len(x), len(y))/2-1, 0)
	usedX, usedY := make([]bool, len(x)), make([]bool, len(y))
	matches := 0
	for i := range x {
		for j := max(0, i-window); j < min(len(y), i+window+1); j++ {
			if !usedY[j] && x[i] == y[j] {
				usedX[i], usedY[j] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	transposed, j := 0, 0
	for i := range x {
		if !usedX[i] {
			continue
		}
		for !usedY[j] {
			j++
		}
		if x[i] != y[j] {
			transposed++
		}
		j++
	}
	m := float64(matches)
	return (m/float64(len(x)) + m/float64(len(y)) + (m-float64(transposed/2))/m) / 3
}

// Behaviours.

// callbackOf is a callback that a module must implement.
type callbackOf struct {
	kind      quoted.Atom
	behaviour quoted.Atom
	optional  bool
}

func (c *Compiler) checkBehaviours(ch *check) []warning {
	b := &behaviourCheck{c: c, ch: ch, callbacks: map[NameArity][]callbackOf{}}
	for _, behaviour := range ch.behaving {
		b.collect(behaviour)
	}
	if len(ch.module.impls) > 0 {
		b.checkImpls()
	}
	b.checkCallbacks()
	return b.out
}

type behaviourCheck struct {
	c         *Compiler
	ch        *check
	callbacks map[NameArity][]callbackOf
	out       []warning
}

func (b *behaviourCheck) warn(line int, file, message string) {
	if line == 0 {
		line = b.ch.module.line
	}
	env := b.ch.env.with(func(e *Env) {
		e.Function = nil
		if file != "" {
			e.File = file
		}
	})
	b.out = append(b.out, warning{meta: quoted.Meta{{Key: "line", Value: quoted.Int(line)}}, env: env, message: message})
}

func (b *behaviourCheck) collect(behaviour quoted.Atom) {
	in := " (in module " + inspectAtom(b.ch.module.name) + ")"
	switch {
	case !b.c.Loaded(behaviour, false):
		b.warn(0, "", "@behaviour "+inspectAtom(behaviour)+" does not exist"+in)
		return
	case !b.c.Exported(behaviour, "behaviour_info", 1):
		b.warn(0, "", "module "+inspectAtom(behaviour)+" is not a behaviour"+in)
		return
	}
	optional := b.names(behaviour, "optional_callbacks")
	for _, original := range b.names(behaviour, "callbacks") {
		na, kind := original, quoted.Atom("def")
		if isMacroFunction(original.Name) {
			na, kind = localTarget(original.Name, original.Arity), "defmacro"
		}
		if known := b.callbacks[na]; len(known) > 0 {
			conflict := known[0].behaviour
			if conflict == behaviour {
				b.warn(0, "", "the behaviour "+inspectAtom(behaviour)+" has been declared twice (conflict in "+kindText(kind)+" "+text(na)+" in module "+inspectAtom(b.ch.module.name)+")")
			} else {
				b.warn(0, "", "conflicting behaviours found. Callback "+kindText(kind)+" "+text(na)+" is defined by both "+inspectAtom(conflict)+" and "+inspectAtom(behaviour)+in)
			}
		}
		b.callbacks[na] = append([]callbackOf{{kind, behaviour, hasName(optional, original)}}, b.callbacks[na]...)
	}
}

func (b *behaviourCheck) names(behaviour, key quoted.Atom) []NameArity {
	v, exc := b.c.Call(behaviour, "behaviour_info", []quoted.Expr{key})
	list, ok := v.(quoted.List)
	if exc != nil || !ok {
		return nil
	}
	var out []NameArity
	for _, e := range list {
		if na, ok := nameArity(e); ok {
			out = append(out, na)
		}
	}
	return out
}

func kindText(kind quoted.Atom) string {
	if isMacroKind(kind) {
		return "macro"
	}
	return "function"
}

func (b *behaviourCheck) sorted() []NameArity {
	names := make([]NameArity, 0, len(b.callbacks))
	for na := range b.callbacks {
		names = append(names, na)
	}
	sortNames(names)
	return names
}

// checkCallbacks warns about callbacks that are not there.
func (b *behaviourCheck) checkCallbacks() {
	in := " (in module " + inspectAtom(b.ch.module.name) + ")"
	for _, na := range b.sorted() {
		for _, cb := range b.callbacks[na] {
			required := kindText(cb.kind) + " " + text(na) + " required by " + b.protocolOrBehaviour(cb.behaviour) + inspectAtom(cb.behaviour)
			d := b.ch.module.defs[na]
			switch {
			case d == nil:
				if !cb.optional {
					b.warn(0, "", required+" is not implemented"+in)
				}
			case d.kind != cb.kind:
				b.warn(0, "", required+` was implemented as "`+string(d.kind)+`" but should have been "`+string(cb.kind)+`"`+in)
			}
		}
	}
}

func (b *behaviourCheck) protocolOrBehaviour(module quoted.Atom) string {
	if b.c.Loaded(module, false) && b.c.Exported(module, "__protocol__", 1) {
		return "protocol "
	}
	return "behaviour "
}

// checkImpls checks the @impl attributes, and that all callbacks have one if
// any has.
func (b *behaviourCheck) checkImpls() {
	m := b.ch.module
	all := map[NameArity][]callbackOf{}
	for na, cbs := range b.callbacks {
		all[na] = cbs
	}
	remaining := map[NameArity][]callbackOf{}
	for na, cbs := range b.callbacks {
		remaining[na] = cbs
	}
	contexts := map[quoted.Atom][]quoted.Expr{}
	for _, impl := range m.impls {
		found, problem := b.implOf(impl, all)
		if problem != "" {
			b.warn(impl.line, impl.file, problem)
			continue
		}
		for _, f := range found {
			delete(remaining, f.NameArity)
			contexts[f.behaviour] = append(contexts[f.behaviour], impl.context)
		}
	}
	// What has an @impl is implemented for sure.
	b.callbacks = remaining
	if len(remaining) == 0 {
		return
	}
	var names []NameArity
	for na := range m.defs {
		names = append(names, na)
	}
	sortNames(names)
	for _, na := range names {
		d := m.defs[na]
		if d.kind != "def" && d.kind != "defmacro" || len(d.clauses) == 0 {
			continue
		}
		for _, cb := range remaining[na] {
			if missingImpl(d.meta.Get("context"), contexts[cb.behaviour]) {
				b.warn(d.meta.Line(), "", "module attribute @impl was not set for "+kindText(d.kind)+" "+text(na)+" callback (specified in "+inspectAtom(cb.behaviour)+`). This either means you forgot to add the "@impl true" annotation before the definition or that you are accidentally overriding this callback`)
				break
			}
		}
	}
}

// missingImpl is true where other definitions of the same origin have @impl.
func missingImpl(context quoted.Expr, known []quoted.Expr) bool {
	if known == nil {
		return context == nil
	}
	for _, k := range known {
		if k == context {
			return true
		}
	}
	return false
}

type implFound struct {
	NameArity
	behaviour quoted.Atom
}

// implOf finds the callbacks that an @impl stands for.
func (b *behaviourCheck) implOf(impl implementation, all map[NameArity][]callbackOf) (found []implFound, problem string) {
	name := kindText(impl.kind) + " " + text(impl.NameArity)
	if impl.kind == "defp" || impl.kind == "defmacrop" {
		return nil, name + " is private, @impl attribute is always discarded for private functions/macros"
	}
	value := b.c.inspect(impl.value)
	if len(b.ch.behaving) == 0 {
		return nil, `got "@impl ` + value + `" for ` + name + " but no behaviour was declared"
	}
	for arity := impl.Arity - impl.defaults; arity <= impl.Arity; arity++ {
		na := NameArity{impl.Name, arity}
		for _, cb := range all[na] {
			found = append(found, implFound{na, cb.behaviour})
		}
	}
	switch impl.value {
	case quoted.Expr(quoted.False):
		if len(found) > 0 {
			return nil, `got "@impl false" for ` + name + " but it is a callback specified in " + inspectAtom(found[0].behaviour)
		}
		return nil, ""
	case quoted.Expr(quoted.True):
		if len(found) == 0 {
			return nil, `got "@impl true" for ` + name + " but no behaviour specifies such callback" + b.knownCallbacks(all)
		}
		return found, ""
	}
	behaviour, _ := impl.value.(quoted.Atom)
	var own []implFound
	for _, f := range found {
		if f.behaviour == behaviour {
			own = append(own, f)
		}
	}
	switch {
	case len(own) > 0:
		return own, ""
	case !containsAtom(b.ch.behaving, behaviour):
		return nil, `got "@impl ` + value + `" for ` + name + " but this behaviour was not declared with @behaviour"
	case !b.c.Loaded(behaviour, false) || !defines(all, behaviour):
		return nil, ""
	}
	return nil, `got "@impl ` + value + `" for ` + name + " but " + value + " does not specify such callback" + b.knownCallbacks(all)
}

func defines(all map[NameArity][]callbackOf, behaviour quoted.Atom) bool {
	for _, cbs := range all {
		for _, cb := range cbs {
			if cb.behaviour == behaviour {
				return true
			}
		}
	}
	return false
}

func (b *behaviourCheck) knownCallbacks(all map[NameArity][]callbackOf) string {
	if len(all) == 0 {
		return ". There are no known callbacks, please specify the proper @behaviour and make sure it defines callbacks"
	}
	var out strings.Builder
	out.WriteString(". The known callbacks are:\n")
	names := make([]NameArity, 0, len(all))
	for na := range all {
		names = append(names, na)
	}
	sortNames(names)
	for _, na := range names {
		for _, cb := range all[na] {
			out.WriteString("\n  * " + b.c.formatMFA(cb.behaviour, na.Name, na.Arity) + " (" + kindText(cb.kind) + ")")
		}
	}
	out.WriteString("\n")
	return out.String()
}
