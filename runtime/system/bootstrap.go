package system

import (
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	"vivarium/runtime/elixir/expand"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/stdlib"
	"vivarium/runtime/vm"
)

// bootstrap compiles the standard library with itself: files in the order in
// which they need each other. A module that is wanted and not there yet is
// compiled on the spot, in the process that wants it.
type bootstrap struct {
	sys     *System
	log     io.Writer
	files   map[string]*libraryFile // by module
	order   []*libraryFile
	modules map[string]*code.Module
	warned  int
}

type libraryFile struct {
	stdlib.Source
	state fileState
}

type fileState uint8

const (
	fileWaiting fileState = iota
	fileRunning
	fileDone
)

// LibraryImages compiles the standard library into the images that package
// stdlib embeds; place tells in which of them a module is to be. Each names the
// modules of those after it. What the compiler has to say goes to log; listing,
// when not nil, gets the disassembly of all that is compiled.
func LibraryImages(log, listing io.Writer, count int, place func(module string) int) ([][]byte, error) {
	modules, err := compileLibrary(log, listing)
	if err != nil {
		return nil, err
	}
	images := make([][]byte, count)
	var away []string
	if place(blameModule) != 0 {
		var first []*code.Module
		var blame *code.Module
		for _, m := range modules {
			if m.Name == blameModule {
				blame = m
			} else if place(m.Name) == 0 {
				first = append(first, m)
			}
		}
		if blame != nil {
			blame.Clauses = joinClauses(first)
		}
	}
	for i := count - 1; i >= 0; i-- {
		var here []*code.Module
		for _, m := range modules {
			if place(m.Name) == i {
				here = append(here, m)
			}
		}
		images[i] = code.EncodeImage(here, away)
		for _, m := range here {
			away = append(away, m.Name)
		}
		sort.Strings(away)
	}
	return images, nil
}

// blameModule carries the clauses of the usual modules, in sections: they are
// needed only when an error is explained.
const blameModule = "Elixir.Vivarium.Blame.Heads"

func joinClauses(modules []*code.Module) string {
	var all strings.Builder
	for _, m := range modules {
		if m.Clauses != "" {
			all.WriteString("[" + m.Name + "]\n" + m.Clauses)
			m.Clauses = ""
		}
	}
	return all.String()
}

// libraryClauses are the heads of the clauses of a module of the library.
func libraryClauses(image *code.Image, name string) string {
	m, err := image.Read(name)
	if err != nil || m == nil || m.Clauses != "" && name != blameModule {
		return clausesOf(m)
	}
	blame, _ := image.Read(blameModule)
	_, section, _ := strings.Cut(clausesOf(blame), "["+name+"]\n")
	section, _, _ = strings.Cut(section, "\n[")
	return section
}

func clausesOf(m *code.Module) string {
	if m == nil {
		return ""
	}
	return m.Clauses
}

func compileLibrary(log, listing io.Writer) ([]*code.Module, error) {
	sources, err := stdlib.Sources()
	if err != nil {
		return nil, err
	}
	b := &bootstrap{log: log, files: map[string]*libraryFile{}, modules: map[string]*code.Module{}}
	for _, src := range sources {
		f := &libraryFile{Source: src}
		b.order = append(b.order, f)
		for _, m := range src.Modules {
			if other := b.files[m]; other != nil && other != f {
				return nil, fmt.Errorf("%s is defined in %s and in %s", m, other.Path, src.Path)
			}
			b.files[m] = f
		}
	}
	sort.SliceStable(b.order, func(i, j int) bool { return bootRank(b.order[i]) < bootRank(b.order[j]) })
	var out []byte
	s := newSystem(Config{Listing: listing, Machine: vm.Config{Output: func(_ vm.Device, text []byte) { out = append(out, text...) }}}, b)
	b.sys = s
	defer s.Machine.Close()
	if _, ok := s.Machine.Start(term.Atom("vivarium_bootstrap"), term.Atom("main"), nil); !ok {
		return nil, errors.New("the machine has no room for a process")
	}
	status, err := s.RunToEnd(&VirtualTime{}, nil)
	if err == nil && status != 0 {
		err = errors.New("the library does not compile")
	}
	if _, werr := log.Write(out); err == nil {
		err = werr
	}
	modules := make([]*code.Module, 0, len(b.modules))
	for _, m := range b.modules {
		modules = append(modules, m)
	}
	sort.Slice(modules, func(i, j int) bool { return modules[i].Name < modules[j].Name })
	return modules, err
}

// bootRank puts first what everything else is written with.
func bootRank(f *libraryFile) int {
	for i, path := range []string{"lib/kernel.ex", "lib/string/chars.ex", "lib/list/chars.ex", "lib/enumerable.ex", "lib/collectable.ex", "lib/inspect.ex"} {
		if f.Path == path {
			return i
		}
	}
	return 1 << 10
}

// add takes a compiled module into the image. What is Erlang's in OTP goes by
// Erlang's names in stack traces.
func (b *bootstrap) add(m *code.Module) {
	m.File = erlangFile(m.File)
	for i, file := range m.Files {
		m.Files[i] = erlangFile(file)
	}
	for i := range m.Funcs {
		f := &m.Funcs[i]
		if name, ok := frameNames[m.Name][f.Name+"/"+strconv.Itoa(f.Arity)]; ok && !f.Exported {
			f.Name = name
		}
	}
	b.modules[m.Name] = m
}

// frameNames are the names under which private functions of the library stand
// in stack traces, as their counterparts in Elixir and OTP do there: what the
// Erlang compiler makes of an inlined list function, mostly.
var frameNames = map[string]map[string]string{
	"Elixir.Enum": {
		"map_list/2":        "-map/2-lists^map/1-1-",
		"map_up/4":          "map_range",
		"each_list/2":       "-each/2-lists^foreach/1-0-",
		"each_up/4":         "reduce_range",
		"reduce_list/3":     "-reduce/3-lists^foldl/2-0-",
		"reduce_up/5":       "reduce_range",
		"any_list/2":        "predicate_list",
		"all_list/2":        "predicate_list",
		"decorate/2":        "-map/2-lists^map/1-1-",
		"extreme_by/4":      "aggregate_by",
		"group/4":           "-group_by/3-lists^foldl/2-0-",
		"map_reduce_list/4": "-map_reduce/3-lists^mapfoldl/2-0-",
		"with_fun/3":        "with_index_list",
		"split_with_list/4": "-split_with/2-lists^foldl/2-1-",
		"zip_with_lists/3":  "zip_with_list",
		"sum_list/2":        "-sum/1-lists^foldl/2-0-",
	},
	"Elixir.Enumerable.Stream": {"run/3": "do_each"},
	"Elixir.Keyword":           {"update_first/4": "update_guarded"},
	"Elixir.Map":               {"filter_pairs/2": "do_filter"},
	"Elixir.Regex":             {"apply_all/4": "apply_list"},
	"lists":                    {"map_1/2": "map", "foldl_1/3": "foldl"},
}

func erlangFile(file string) string {
	name, ok := strings.CutPrefix(file, "lib/erlang/")
	if !ok {
		return file
	}
	return strings.TrimSuffix(name, ".ex") + ".erl"
}

func (b *bootstrap) warn(text string) {
	b.warned++
	fmt.Fprint(b.log, text)
}

// provide compiles the file that defines a module, unless it is being
// compiled already.
func (b *bootstrap) provide(h *host, module quoted.Atom) (there bool, exc *expand.Exception) {
	f := b.files[string(module)]
	if f == nil || f.state != fileWaiting {
		return false, nil
	}
	if _, exc := h.Call("vivarium_bootstrap", "file", []quoted.Expr{quoted.Str(f.Path)}); exc != nil {
		return false, exc
	}
	return h.sys.Machine.EnsureLoaded(term.Atom(string(module))), nil
}

// builtins are the functions that only a machine that compiles the library
// has: vivarium_bootstrap:main/0 compiles all files, file/1 one, and
// undefined_function/3 is what its process does about a function that is not
// there yet.
func (b *bootstrap) builtins(s *System) []vm.Builtin {
	const module = "vivarium_bootstrap"
	main := func(c *vm.Context, _ []term.Term) term.Term {
		c.ProcessFlag(term.Atom("error_handler"), term.Atom(module))
		return s.run(c, func(h *host, _ *expand.Compiler) (quoted.Expr, *expand.Exception) {
			for _, f := range s.bootstrap.order {
				if f.state != fileWaiting {
					continue
				}
				if _, exc := h.Call(module, "file", []quoted.Expr{quoted.Str(f.Path)}); exc != nil {
					fmt.Fprintf(s.bootstrap.log, "%s: %s\n", f.Path, showException(exc))
					return h.Call("erlang", "halt", []quoted.Expr{quoted.Int(1)})
				}
			}
			return h.Call("erlang", "halt", []quoted.Expr{quoted.Int(0)})
		})
	}
	file := func(c *vm.Context, args []term.Term) term.Term {
		path, _ := args[0].BinaryBytes()
		name := string(path)
		return s.run(c, func(h *host, comp *expand.Compiler) (quoted.Expr, *expand.Exception) {
			for _, f := range s.bootstrap.order {
				if f.Path == name {
					f.state = fileRunning
					_, exc := s.compileSource(h, comp, f.Text, f.Path)
					f.state = fileDone
					return quoted.Atom("ok"), exc
				}
			}
			return nil, h.internal(fmt.Errorf("no file %s", name))
		})
	}
	undefined := func(c *vm.Context, args []term.Term) term.Term {
		exprs := make([]quoted.Expr, 3)
		for i := range exprs {
			exprs[i] = s.conv.expr(args[i])
		}
		return s.run(c, func(h *host, _ *expand.Compiler) (quoted.Expr, *expand.Exception) {
			m, _ := exprs[0].(quoted.Atom)
			f, _ := exprs[1].(quoted.Atom)
			list, _ := exprs[2].(quoted.List)
			if !h.Exported(m, f, len(list)) {
				if _, exc := s.bootstrap.provide(h, m); exc != nil {
					return nil, exc
				}
			}
			if !h.Exported(m, f, len(list)) {
				return nil, &expand.Exception{Class: "error", Reason: quoted.Atom("undef"), Stack: append(quoted.List{
					quoted.Tuple{m, f, list, quoted.List{}},
				}, h.stack()...)}
			}
			return h.Call(m, f, list)
		})
	}
	return []vm.Builtin{
		{Module: module, Name: "main", Arity: 0, Fn: main},
		{Module: module, Name: "file", Arity: 1, Fn: file},
		{Module: module, Name: "undefined_function", Arity: 3, Fn: undefined},
	}
}

// stack returns where the process is.
func (h *host) stack() quoted.List {
	self := &quoted.Opaque{Term: uint64(h.co.Context().Self())}
	info, exc := h.Call("erlang", "process_info", []quoted.Expr{self, quoted.Atom("current_stacktrace")})
	if t, ok := info.(quoted.Tuple); ok && exc == nil && len(t) == 2 {
		list, _ := t[1].(quoted.List)
		return list
	}
	return nil
}

// showException puts an exception in a line, for those who build the library.
func showException(exc *expand.Exception) string {
	return fmt.Sprintf("** (%s) %s\n%s", exc.Class, quoted.Inspect(exc.Reason), quoted.Inspect(exc.Stack))
}
