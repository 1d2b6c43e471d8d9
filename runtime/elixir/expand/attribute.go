package expand

import (
	"vivarium/runtime/elixir/quoted"
)

// attribute is an attribute of an open module.
type attribute struct {
	value      quoted.Expr
	accumulate bool // the values are in module.accumulated
	unset      bool // registered, but not set yet
	unread     int  // the line where it was set and not read since, or 0
	traces     quoted.List
}

// implementation is an @impl and the definition it stands on.
type implementation struct {
	NameArity
	context  quoted.Expr // of the definition, or nil
	defaults int
	kind     quoted.Atom
	line     int
	file     string
	value    quoted.Expr
}

func (m *module) takeFile() (file string, line int, ok bool) {
	a := m.attributes["file"]
	if a == nil {
		return "", 0, false
	}
	delete(m.attributes, "file")
	switch v := a.value.(type) {
	case quoted.Str:
		return string(v), 0, true
	case quoted.Tuple:
		if len(v) == 2 {
			l, _ := v[1].(quoted.Int)
			return textOf(v[0]), int(l), true
		}
	}
	return "", 0, false
}

// writable returns an open module for a function of Module that changes it.
func (c *Compiler) writable(name quoted.Atom, function string) *module {
	m := c.modules[name]
	switch {
	case m == nil:
		panic(alreadyCompiled(name, function, ""))
	case m.readonly:
		panic(argumentError("could not call Module.%s because the module %s is in read-only mode (@after_compile)", function, inspectAtom(name)))
	}
	return m
}

func (c *Compiler) readable(name quoted.Atom, function string) *module {
	m := c.modules[name]
	if m == nil {
		panic(alreadyCompiled(name, function, ""))
	}
	return m
}

func alreadyCompiled(name quoted.Atom, function, more string) *Exception {
	if more != "" {
		more = ". " + more
	}
	return argumentError("could not call Module.%s because the module %s is already compiled%s", function, inspectAtom(name), more)
}

// getAttribute reads an attribute. line is where it is read, or 0 when no
// warning is wanted; traced tells tracers of the aliases in it.
func (c *Compiler) getAttribute(name, key quoted.Atom, line int, traced, last bool, fallback quoted.Expr) quoted.Expr {
	m := c.modules[name]
	if m == nil {
		panic(alreadyCompiled(name, "get_attribute/2", "Use the Module.__info__/1 callback or Code.fetch_docs/1 instead"))
	}
	a := m.attributes[key]
	switch {
	case a == nil:
		if line > 0 {
			env := &Env{File: m.file, Module: m.name}
			c.warnAt(quoted.Meta{{Key: "line", Value: quoted.Int(line)}}, env, "undefined module attribute @"+string(key)+", please remove access to @"+string(key)+" or explicitly set it before access")
		}
		return fallback
	case a.unset:
		return fallback
	}
	if traced && len(a.traces) > 0 {
		c.useAliases(a.traces)
		a.traces = nil
	}
	if a.accumulate {
		values := m.accumulated[key]
		if last {
			if len(values) == 0 {
				return fallback
			}
			return values[len(values)-1]
		}
		out := make(quoted.List, len(values))
		for i, v := range values {
			out[len(values)-1-i] = v
		}
		return out
	}
	a.unread = 0
	return a.value
}

// useAliases tells the trackers that the modules in an attribute's value are
// used at compile time.
func (c *Compiler) useAliases(traces quoted.List) {
	for _, t := range traces {
		parts, ok := t.(quoted.Tuple)
		if !ok || len(parts) != 4 {
			continue
		}
		if tracker := c.tracker(parts[1]); tracker != nil {
			for _, module := range readAtoms(parts[3]) {
				tracker.useRemote(module, true)
			}
		}
	}
}

// putAttribute sets an attribute. line is where, or 0 when it need not be
// used.
func (c *Compiler) putAttribute(name, key quoted.Atom, value quoted.Expr, line int, traces quoted.List) {
	m := c.writable(name, "put_attribute/3")
	isDoc := key == "doc" || key == "typedoc" || key == "moduledoc"
	if isDoc {
		if pair, ok := value.(quoted.Tuple); ok && len(pair) == 2 {
			if list, ok := pair[1].(quoted.List); ok {
				c.checkDocMeta(m, list, line)
				meta, _ := quoted.Pairs(list)
				m.docMeta[key] = mergeMeta(m.docMeta[key], meta)
				return
			}
		}
	}
	if key == "on_load" {
		m.setOnLoad(c, value, line, traces)
		return
	}
	value = c.checkAttribute(m, key, value)
	a := m.attributes[key]
	if isDoc || key == "impl" || key == "deprecated" {
		if a != nil && a.unread > 0 && line > 0 {
			c.warnAt(quoted.Meta{{Key: "line", Value: quoted.Int(line)}}, &Env{File: m.file, Module: m.name}, "redefining @"+string(key)+" attribute previously set at line "+itoa(a.unread))
		}
		m.attributes[key] = &attribute{value: value, unread: line, traces: traces}
		return
	}
	switch {
	case a == nil:
		m.order = append(m.order, key)
		m.attributes[key] = &attribute{value: value, unread: line, traces: traces}
	case a.accumulate:
		a.traces = append(traces[:len(traces):len(traces)], a.traces...)
		m.accumulated[key] = append(m.accumulated[key], value)
	default:
		m.attributes[key] = &attribute{value: value, unread: line, traces: traces}
	}
}

func (m *module) setOnLoad(c *Compiler, value quoted.Expr, line int, traces quoted.List) {
	switch v := value.(type) {
	case quoted.Atom:
		value = quoted.Tuple{v, quoted.Int(0)}
	default:
		if na, ok := nameArity(v); !ok || na.Arity != 0 {
			panic(argumentError("@on_load is a built-in module attribute that annotates a function to be invoked when the module is loaded. It should be an atom or an {atom, 0} tuple, got: %s", c.inspect(value)))
		}
	}
	if m.attributes["on_load"] != nil {
		panic(argumentError("the @on_load attribute can only be set once per module"))
	}
	m.order = append(m.order, "on_load")
	m.attributes["on_load"] = &attribute{value: value, unread: line, traces: traces}
}

// checkAttribute checks the value of an attribute that means something to the
// compiler.
func (c *Compiler) checkAttribute(m *module, key quoted.Atom, value quoted.Expr) quoted.Expr {
	atom, isAtom := value.(quoted.Atom)
	switch key {
	case "moduledoc", "typedoc", "doc":
		pair, ok := value.(quoted.Tuple)
		if ok && len(pair) == 2 {
			if _, isLine := pair[0].(quoted.Int); isLine {
				switch doc := pair[1].(type) {
				case quoted.Str:
					return value
				case quoted.Atom:
					if doc == quoted.False || doc == quoted.Nil {
						return value
					}
				}
				panic(argumentError("@%s is a built-in module attribute for documentation. It should be either false, nil, a string, or a keyword list, got: %s", key, c.inspect(pair[1])))
			}
		}
		panic(argumentError(`@%s is a built-in module attribute for documentation. When set dynamically, it should be {line, doc} (where "doc" is either false, nil, a string, or a keyword list), got: %s`, key, c.inspect(value)))
	case "behaviour":
		if !isAtom {
			panic(argumentError("@behaviour expects a module, got: %s", c.inspect(value)))
		}
		c.Loaded(atom, true)
	case "impl":
		if !isAtom || atom == quoted.Nil {
			panic(argumentError("@impl is a built-in module attribute that marks the next definition as a callback implementation. It should be a module or a boolean, got: %s", c.inspect(value)))
		}
	case "before_compile", "after_compile", "after_verify", "on_definition":
		if isAtom {
			return quoted.Tuple{atom, quoted.Atom("__" + key + "__")}
		}
	case "type", "typep", "opaque", "spec", "callback", "macrocallback":
		panic(argumentError("attributes type, typep, opaque, spec, callback, and macrocallback must be set directly via the @ notation"))
	case "external_resource":
		if _, ok := value.(quoted.Str); !ok {
			panic(argumentError("@external_resource is a built-in module attribute used for specifying file dependencies. It should be a string path to a file, got: %s", c.inspect(value)))
		}
	case "deprecated":
		if _, ok := value.(quoted.Str); !ok {
			panic(argumentError("@deprecated is a built-in module attribute that annotates a definition as deprecated. It should be a string with the reason for the deprecation, got: %s", c.inspect(value)))
		}
	case "file":
		_, isText := value.(quoted.Str)
		if pair, ok := value.(quoted.Tuple); ok && len(pair) == 2 {
			_, ok1 := pair[0].(quoted.Str)
			_, ok2 := pair[1].(quoted.Int)
			isText = ok1 && ok2
		}
		if !isText {
			panic(argumentError("@file is a built-in module attribute that annotates the file and line the next definition comes from. It should be a string or {string, line} tuple as value, got: %s", c.inspect(value)))
		}
	case "nifs":
		for _, f := range flatten(value) {
			if _, ok := nameArity(f); !ok {
				panic(argumentError("@nifs is a built-in module attribute for specifying a list of functions and their arities that are NIFs, got: %s", c.inspect(value)))
			}
		}
	}
	return value
}

func (c *Compiler) checkDocMeta(m *module, list quoted.List, line int) {
	for _, item := range list {
		t, ok := item.(quoted.Tuple)
		if !ok || len(t) != 2 {
			continue
		}
		key, _ := t[0].(quoted.Atom)
		_, isText := t[1].(quoted.Str)
		switch {
		case key == "opaque" || key == "defaults":
			c.warnAt(quoted.Meta{{Key: "line", Value: quoted.Int(line)}}, &Env{File: m.file, Module: m.name}, "ignoring reserved documentation metadata key: "+inspectAtom(key))
		case key == "since" && !isText:
			panic(argumentError(":since is a built-in documentation metadata key. It should be a string representing the version in which the documented entity was added, got: %s", c.inspect(t[1])))
		case key == "deprecated" && !isText:
			panic(argumentError(":deprecated is a built-in documentation metadata key. It should be a string representing the replacement for the deprecated entity, got: %s", c.inspect(t[1])))
		}
	}
}

// take removes an attribute and returns it.
func (m *module) take(key quoted.Atom) *attribute {
	a := m.attributes[key]
	delete(m.attributes, key)
	return a
}

// definitionAttributes reads what stands in front of a definition: @doc,
// @impl and @deprecated.
func (c *Compiler) definitionAttributes(m *module, kind, name quoted.Atom, args quoted.List, body quoted.Expr, env *Env) {
	defaults := 0
	for _, a := range args {
		if _, _, ok := quoted.IsCall(a, `\\`); ok {
			defaults++
		}
	}
	na := NameArity{name, len(args)}
	context := m.defs[na].meta.Get("context")
	impl := false
	if a := m.take("impl"); a != nil {
		m.impls = append(m.impls, implementation{na, context, defaults, kind, env.Line, env.File, a.value})
		impl = a.value != quoted.Expr(quoted.False)
	}
	var meta []quoted.MetaEntry
	if a := m.take("deprecated"); a != nil {
		for arity := na.Arity - defaults; arity <= na.Arity; arity++ {
			m.deprecated[NameArity{name, arity}] = textOf(a.value)
		}
		meta = append(meta, quoted.MetaEntry{Key: "deprecated", Value: a.value})
	}
	line, doc, more := m.takeDoc("doc", env.Line)
	meta = mergeMeta(meta, more)
	if defaults > 0 {
		meta = mergeMeta(meta, []quoted.MetaEntry{{Key: "defaults", Value: quoted.Int(defaults)}})
	}
	at := quoted.Meta{{Key: "line", Value: quoted.Int(line)}}
	outside := env.with(func(e *Env) { e.Function = &na })
	if kind == "defp" || kind == "defmacrop" {
		if doc != quoted.Expr(quoted.Nil) && doc != quoted.Expr(quoted.False) {
			c.warnAt(at, outside, string(kind)+" "+text(na)+" is private, @doc attribute is always discarded for private functions/macros/types")
		}
		return
	}
	if c.buildingLibrary() {
		return
	}
	key := docKey{"function", na}
	if kind == "defmacro" {
		key.kind = "macro"
	}
	c.document(m, key, args, body, docState{line: line, context: context != nil, impl: impl, doc: doc, meta: meta}, at, outside)
}

// persistedAttributes are those that the compiled module keeps.
func (m *module) persistedAttributes() []quoted.MetaEntry {
	var out []quoted.MetaEntry
	for _, name := range m.persisted {
		a := m.attributes[name]
		switch {
		case a == nil || a.unset:
		case a.accumulate:
			for _, v := range m.accumulated[name] {
				out = append(out, quoted.MetaEntry{Key: name, Value: attributeValue(v)})
			}
		default:
			out = append(out, quoted.MetaEntry{Key: name, Value: attributeValue(a.value)})
		}
	}
	return out
}

// attributeValue is a value as module attributes hold it: a list.
func attributeValue(v quoted.Expr) quoted.Expr {
	if list, ok := v.(quoted.List); ok {
		return list
	}
	return quoted.List{v}
}

// registerAttribute is Module.register_attribute.
func (c *Compiler) registerAttribute(name, key quoted.Atom, opts quoted.Expr) {
	m := c.writable(name, "register_attribute/3")
	pairs, _ := quoted.Pairs(opts)
	if option(pairs, "persist") == quoted.Expr(quoted.True) {
		m.persisted = append(m.persisted, key)
	}
	if option(pairs, "accumulate") == quoted.Expr(quoted.True) {
		if a := m.attributes[key]; a == nil || !a.accumulate {
			m.attributes[key] = &attribute{accumulate: true}
		}
		return
	}
	if m.attributes[key] == nil {
		m.attributes[key] = &attribute{unset: true}
		m.order = append(m.order, key)
	}
}

// deleteAttribute is Module.delete_attribute.
func (c *Compiler) deleteAttribute(name, key quoted.Atom) quoted.Expr {
	m := c.writable(name, "delete_attribute/2")
	a := m.attributes[key]
	switch {
	case a == nil || a.unset:
		return quoted.Nil
	case a.accumulate:
		values := m.accumulated[key]
		delete(m.accumulated, key)
		a.traces = nil
		out := make(quoted.List, len(values))
		for i, v := range values {
			out[len(values)-1-i] = v
		}
		return out
	}
	delete(m.attributes, key)
	return a.value
}
