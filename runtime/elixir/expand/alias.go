package expand

import (
	"sort"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

const aliasPrefix = "Elixir."

// concatAlias joins atoms and strings to an alias: the first may already be
// one.
func concatAlias(parts []quoted.Expr) quoted.Atom {
	var b strings.Builder
	for i, p := range parts {
		text := ""
		switch p := p.(type) {
		case quoted.Atom:
			if p == quoted.Nil {
				if i == 0 {
					b.WriteString("Elixir")
				}
				continue
			}
			text = string(p)
		case quoted.Str:
			text = string(p)
		}
		if i == 0 {
			if text == "Elixir" || strings.HasPrefix(text, aliasPrefix) {
				b.WriteString(text)
				continue
			}
			b.WriteString("Elixir")
		}
		b.WriteByte('.')
		switch {
		case strings.HasPrefix(text, aliasPrefix):
			text = text[len(aliasPrefix):]
		case strings.HasPrefix(text, "."):
			text = text[1:]
		}
		b.WriteString(text)
	}
	if len(parts) == 0 {
		return "Elixir"
	}
	return quoted.Atom(b.String())
}

// expandAlias resolves the first part of an alias in the environment. The
// result is an atom, or nil when nothing is aliased.
func (x *expander) expandAlias(meta quoted.Meta, parts quoted.List, trace bool) (quoted.Atom, bool) {
	if len(parts) == 0 {
		return "", false
	}
	head, ok := parts[0].(quoted.Atom)
	if !ok || head == "Elixir" {
		return "", false
	}
	aliases := x.env.Aliases
	switch a := meta.Get("alias").(type) {
	case quoted.Atom:
		if a != quoted.False {
			return a, true
		}
		aliases = x.env.MacroAliases
	}
	lookup := quoted.Atom(aliasPrefix) + head
	counter := meta.Get("counter")
	for _, entry := range aliases {
		if entry.name != lookup {
			continue
		}
		if entry.counter != nil && (counter == nil || !equal(entry.counter, counter)) {
			break
		}
		if entry.module == lookup {
			break
		}
		if trace {
			x.traceAliasExpansion(meta, lookup, entry.module)
		}
		if len(parts) == 1 {
			return entry.module, true
		}
		return concatAlias(append([]quoted.Expr{entry.module}, parts[1:]...)), true
	}
	return "", false
}

// expandOrConcat resolves an alias; ok is false when its first part is an
// expression.
func (x *expander) expandOrConcat(meta quoted.Meta, parts quoted.List, trace bool) (module quoted.Atom, ok bool) {
	if module, ok := x.expandAlias(meta, parts, trace); ok {
		return module, true
	}
	if len(parts) > 0 {
		if _, isAtom := parts[0].(quoted.Atom); isAtom {
			return concatAlias(parts), true
		}
	}
	return "", false
}

// expandAliases expands an __aliases__ node; report tells tracers that the
// module is referred to.
func (x *expander) expandAliases(n *quoted.Node, parts quoted.List, report bool) quoted.Expr {
	if module, ok := x.expandOrConcat(n.Meta, parts, true); ok {
		switch module {
		case "Elixir.True", "Elixir.False", "Elixir.Nil":
			text := inspectAtom(module)
			x.warn(n.Meta, `reserved alias "`+text+`" expands to the atom :"Elixir.`+text+`". Perhaps you meant to write "`+strings.ToLower(text)+`" instead?`)
		}
		if report {
			x.traceAliasReference(n.Meta, module)
		}
		return module
	}
	if len(parts) == 0 {
		x.fileError(n.Meta, "invalid call %s", x.c.toString(n))
	}
	head := x.expand(parts[0])
	if _, ok := head.(quoted.Atom); !ok {
		x.fileError(n.Meta, `invalid alias: "%s". If you wanted to define an alias, an alias must expand to an atom at compile time but it did not, you may use Module.concat/2 to build it at runtime. If instead you wanted to invoke a function or access a field, wrap the function or field name in double quotes`, x.c.toString(n))
	}
	module := concatAlias(append([]quoted.Expr{head}, parts[1:]...))
	if report {
		x.traceAliasReference(n.Meta, module)
	}
	return module
}

// expandQuietly expands what alias, require and import name.
func (x *expander) expandQuietly(e quoted.Expr) quoted.Expr {
	if n, parts, ok := quoted.IsCall(e, "__aliases__"); ok {
		return x.expandAliases(n, parts, false)
	}
	return x.expand(e)
}

// errorText is a message about an alias, import or other directive.
type errorText string

// aliasAs decides the name of an alias: given by :as, or by default the last
// part of the module.
func (x *expander) aliasAs(as quoted.Expr, byDefault bool, module quoted.Atom) (name quoted.Atom, problem errorText) {
	if as == nil {
		if !byDefault {
			return "", ""
		}
		rest, ok := strings.CutPrefix(string(module), aliasPrefix)
		if !ok || rest == "" || rest[0] < 'A' || rest[0] > 'Z' {
			return "", errorText("alias cannot be inferred automatically for module: " + x.c.toString(module) + ", please use the :as option. Implicit aliasing is only supported with Elixir modules")
		}
		return quoted.Atom(aliasPrefix + rest[strings.LastIndexByte(rest, '.')+1:]), ""
	}
	if a, ok := as.(quoted.Atom); ok && a != quoted.True && a != quoted.False {
		if rest, ok := strings.CutPrefix(string(a), aliasPrefix); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			if strings.Contains(rest, ".") {
				return "", errorText("invalid value for option :as, expected a simple alias, got nested alias: " + x.c.toString(as))
			}
			return a, ""
		}
	}
	return "", errorText("invalid value for option :as, expected an alias, got: " + x.c.toString(as))
}

// alias records an alias. The name is "" when there is nothing to record, or
// the module is aliased to itself.
func (x *expander) alias(meta quoted.Meta, module quoted.Atom, byDefault bool, opts []quoted.MetaEntry, trace bool) (name quoted.Atom, problem errorText) {
	name, problem = x.aliasAs(option(opts, "as"), byDefault, module)
	if problem != "" || name == "" {
		return "", problem
	}
	counter := meta.Get("counter")
	if name == module {
		x.env = x.env.with(func(e *Env) {
			e.Aliases = removeAlias(e.Aliases, name)
			if counter != nil {
				e.MacroAliases = removeAlias(e.MacroAliases, name)
			}
		})
		return "", ""
	}
	if trace {
		if x.traced() {
			x.trace(quoted.Atom("alias"), metaList(meta), module, name, metaList(opts))
		}
	}
	x.env = x.env.with(func(e *Env) {
		e.Aliases = storeAlias(e.Aliases, aliasEntry{name: name, module: module})
		if counter != nil {
			e.MacroAliases = storeAlias(e.MacroAliases, aliasEntry{name, module, counter})
		}
	})
	return name, ""
}

func storeAlias(aliases []aliasEntry, a aliasEntry) []aliasEntry {
	out := append([]aliasEntry(nil), aliases...)
	for i := range out {
		if out[i].name == a.name {
			out[i] = a
			return out
		}
	}
	return append(out, a)
}

func removeAlias(aliases []aliasEntry, name quoted.Atom) []aliasEntry {
	out := make([]aliasEntry, 0, len(aliases))
	for _, a := range aliases {
		if a.name != name {
			out = append(out, a)
		}
	}
	return out
}

// require adds a module to those whose macros may be called.
func (x *expander) require(meta quoted.Meta, module quoted.Atom, opts quoted.Expr, trace bool) {
	if trace {
		if opts == nil {
			opts = emptyList
		}
		if x.traced() {
			x.trace(quoted.Atom("require"), metaList(meta), module, opts)
		}
	}
	i := sort.Search(len(x.env.Requires), func(i int) bool { return x.env.Requires[i] >= module })
	if i < len(x.env.Requires) && x.env.Requires[i] == module {
		return
	}
	requires := make([]quoted.Atom, 0, len(x.env.Requires)+1)
	requires = append(append(append(requires, x.env.Requires[:i]...), module), x.env.Requires[i:]...)
	x.env = x.env.with(func(e *Env) { e.Requires = requires })
}

func (e *Env) required(module quoted.Atom) bool {
	for _, r := range e.Requires {
		if r == module {
			return true
		}
	}
	return false
}

// ensureLoaded makes sure that a module can be used at compile time.
func (x *expander) ensureLoaded(meta quoted.Meta, module quoted.Atom) {
	if module == "Elixir.Kernel" {
		return
	}
	if module == x.env.Module {
		x.fileError(meta, `you are trying to use/import/require the module %s which is currently being defined.

This may happen if you accidentally override the module you want to use. For example:

    defmodule MyApp do
      defmodule Supervisor do
        use Supervisor
      end
    end

In the example above, the new Supervisor conflicts with Elixir's Supervisor. This may be fixed by using the fully qualified name in the definition:

    defmodule MyApp.Supervisor do
      use Supervisor
    end
`, inspectAtom(module))
	}
	if x.c.Loaded(module, false) || x.c.Loaded(module, true) {
		return
	}
	for _, m := range x.env.ContextModules {
		if m == module {
			x.fileError(meta, `module %s is not loaded but was defined. This happens when you depend on a module in the same context in which it is defined. For example:

    defmodule MyApp do
      defmodule Mod do
      end

      use Mod
    end

Try defining the module outside the context that uses it:

    defmodule MyApp.Mod do
    end

    defmodule MyApp do
      use MyApp.Mod
    end

If the module is defined at the top-level and you are trying to use it at the top-level, this is not supported by Elixir`, inspectAtom(module))
		}
	}
	x.fileError(meta, "module %s is not loaded and could not be found", inspectAtom(module))
}
