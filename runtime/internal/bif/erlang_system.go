package bif

import (
	"fmt"
	"math/big"
	"runtime"
	"strings"
	"time"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Time, funs, modules and the system as a whole.
var erlangSystem = []vm.Builtin{
	{Module: "erlang", Name: "unique_integer", Arity: 0, Fn: erlangUniqueInteger},
	{Module: "erlang", Name: "unique_integer", Arity: 1, Fn: erlangUniqueInteger},
	{Module: "erlang", Name: "monotonic_time", Arity: 0, Fn: clock((*vm.Machine).Now)},
	{Module: "erlang", Name: "monotonic_time", Arity: 1, Fn: clock((*vm.Machine).Now)},
	{Module: "erlang", Name: "system_time", Arity: 0, Fn: clock((*vm.Machine).SystemTime)},
	{Module: "erlang", Name: "system_time", Arity: 1, Fn: clock((*vm.Machine).SystemTime)},
	{Module: "erlang", Name: "time_offset", Arity: 0, Fn: clock(timeOffset)},
	{Module: "erlang", Name: "time_offset", Arity: 1, Fn: clock(timeOffset)},
	{Module: "erlang", Name: "convert_time_unit", Arity: 3, Fn: erlangConvertTimeUnit},
	{Module: "erlang", Name: "timestamp", Arity: 0, Fn: erlangTimestamp},
	{Module: "erlang", Name: "now", Arity: 0, Fn: erlangTimestamp},
	{Module: "erlang", Name: "universaltime", Arity: 0, Fn: erlangUniversalTime},
	{Module: "erlang", Name: "localtime", Arity: 0, Fn: erlangUniversalTime},
	{Module: "erlang", Name: "date", Arity: 0, Fn: erlangDate},
	{Module: "erlang", Name: "time", Arity: 0, Fn: erlangTime},
	{Module: "erlang", Name: "universaltime_to_localtime", Arity: 1, Fn: erlangSameTime},
	{Module: "erlang", Name: "localtime_to_universaltime", Arity: 1, Fn: erlangSameTime},
	{Module: "erlang", Name: "localtime_to_universaltime", Arity: 2, Fn: erlangSameTime},
	{Module: "erlang", Name: "universaltime_to_posixtime", Arity: 1, Fn: erlangToPosixTime},
	{Module: "erlang", Name: "posixtime_to_universaltime", Arity: 1, Fn: erlangFromPosixTime},
	{Module: "os", Name: "system_time", Arity: 0, Fn: clock((*vm.Machine).SystemTime)},
	{Module: "os", Name: "system_time", Arity: 1, Fn: clock((*vm.Machine).SystemTime)},
	{Module: "os", Name: "perf_counter", Arity: 0, Fn: clock((*vm.Machine).Now)},
	{Module: "os", Name: "perf_counter", Arity: 1, Fn: clock((*vm.Machine).Now)},
	{Module: "os", Name: "timestamp", Arity: 0, Fn: erlangTimestamp},

	{Module: "erlang", Name: "is_function", Arity: 2, Fn: erlangIsFunction2},
	{Module: "erlang", Name: "make_fun", Arity: 3, Fn: erlangMakeFun},
	{Module: "erlang", Name: "fun_info", Arity: 1, Fn: erlangFunInfo1},
	{Module: "erlang", Name: "fun_info", Arity: 2, Fn: erlangFunInfo2},
	{Module: "erlang", Name: "fun_info_mfa", Arity: 1, Fn: erlangFunInfoMFA},
	{Module: "erlang", Name: "fun_to_list", Arity: 1, Fn: erlangFunToList},
	{Module: "erlang", Name: "function_exported", Arity: 3, Fn: erlangFunctionExported},
	{Module: "erlang", Name: "is_builtin", Arity: 3, Fn: erlangIsBuiltin},
	{Module: "erlang", Name: "module_loaded", Arity: 1, Fn: erlangModuleLoaded},
	{Module: "erlang", Name: "loaded", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.List(c, c.Machine().LoadedModules()...) }},
	{Module: "erlang", Name: "pre_loaded", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.List(c, term.AtomErlang) }},
	{Module: "erlang", Name: "delete_module", Arity: 1, Fn: erlangDeleteModule},
	{Module: "erlang", Name: "purge_module", Arity: 1, Fn: erlangPurgeModule},
	{Module: "erlang", Name: "check_old_code", Arity: 1, Fn: erlangCheckOldCode},
	{Module: "erlang", Name: "check_process_code", Arity: 2, Fn: erlangCheckProcessCode},
	{Module: "erlang", Name: "get_module_info", Arity: 1, Fn: erlangGetModuleInfo},
	{Module: "erlang", Name: "get_module_info", Arity: 2, Fn: erlangGetModuleInfo},

	{Module: "erlang", Name: "check_process_code", Arity: 3, Fn: erlangCheckProcessCode},
	{Module: "erlang", Name: "memory", Arity: 0, Fn: erlangMemory0},
	{Module: "erlang", Name: "memory", Arity: 1, Fn: erlangMemory1},
	{Module: "erlang", Name: "system_info", Arity: 1, Fn: erlangSystemInfo},
	{Module: "erlang", Name: "system_flag", Arity: 2, Fn: erlangSystemFlag},
	{Module: "erlang", Name: "statistics", Arity: 1, Fn: erlangStatistics},
	{Module: "erlang", Name: "display", Arity: 1, Fn: erlangDisplay},
	{Module: "erlang", Name: "display_string", Arity: 1, Fn: erlangDisplayString},
	{Module: "erts_debug", Name: "flat_size", Arity: 1, Fn: ertsDebugSize},
	{Module: "erts_debug", Name: "size", Arity: 1, Fn: ertsDebugSize},
	{Module: "erts_debug", Name: "same", Arity: 2, Fn: func(_ *vm.Context, args []term.Term) term.Term { return term.Bool(args[0] == args[1]) }},
}

// firstUnique is the first unique integer of a BEAM that need not be positive.
const firstUnique = -1<<59 + 1

func erlangUniqueInteger(c *vm.Context, args []term.Term) term.Term {
	positive := false
	if len(args) == 1 {
		options := args[0]
		for ; options.IsCons(); options = options.Tail() {
			switch options.Head() {
			case atomPositive:
				positive = true
			case atomMonotonic:
			default:
				return c.BadArg()
			}
		}
		if options != term.Nil {
			return c.BadArg()
		}
	}
	n := c.Unique()
	if !positive {
		n += firstUnique
	}
	return term.MakeInt(c, n)
}

// unitsPerSecond reads a unit of time: how many of it make a second.
func unitsPerSecond(t term.Term) (int64, bool) {
	switch t {
	case atomSecond, atomSeconds:
		return 1, true
	case atomMillisecond, atomMilliSeconds:
		return 1e3, true
	case atomMicrosecond, atomMicroSeconds:
		return 1e6, true
	case atomNanosecond, atomNanoSeconds, atomNative, atomPerfCounter:
		return 1e9, true
	}
	n, ok := natural(t)
	return int64(n), ok && n > 0
}

// convertTime converts a time between units, rounding down.
func convertTime(c *vm.Context, t term.Term, from, to int64) term.Term {
	if i, ok := t.Int64(); ok && to <= from && from%to == 0 {
		d := from / to
		q := i / d
		if i%d < 0 {
			q--
		}
		return term.MakeInt(c, q)
	}
	z := term.ToBig(t)
	z.Mul(z, big.NewInt(to))
	z.Div(z, big.NewInt(from)) // Euclidean, so it rounds down for a positive divisor
	return term.FromBig(c, z)
}

func timeOffset(m *vm.Machine) int64 { return m.SystemTime() - m.Now() }

func clock(read func(*vm.Machine) int64) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		unit := int64(1e9)
		if len(args) == 1 {
			var ok bool
			if unit, ok = unitsPerSecond(args[0]); !ok {
				return c.BadArg()
			}
		}
		return convertTime(c, term.MakeInt(c, read(c.Machine())), 1e9, unit)
	}
}

func erlangConvertTimeUnit(c *vm.Context, args []term.Term) term.Term {
	from, ok1 := unitsPerSecond(args[1])
	to, ok2 := unitsPerSecond(args[2])
	if !args[0].IsInteger() || !ok1 || !ok2 {
		return c.BadArg()
	}
	return convertTime(c, args[0], from, to)
}

func erlangTimestamp(c *vm.Context, _ []term.Term) term.Term {
	us := c.Machine().SystemTime() / 1000
	return term.Tuple(c, term.Int(us/1e12), term.Int(us/1e6%1e6), term.Int(us%1e6))
}

func intTuple(c *vm.Context, n ...int) term.Term {
	elems := make([]term.Term, len(n))
	for i, x := range n {
		elems[i] = term.Int(int64(x))
	}
	return term.Tuple(c, elems...)
}

func now(c *vm.Context) time.Time { return time.Unix(0, c.Machine().SystemTime()).UTC() }

func dateTuple(c *vm.Context, t time.Time) term.Term {
	return intTuple(c, t.Year(), int(t.Month()), t.Day())
}

func timeTuple(c *vm.Context, t time.Time) term.Term {
	return intTuple(c, t.Hour(), t.Minute(), t.Second())
}

func erlangUniversalTime(c *vm.Context, _ []term.Term) term.Term {
	t := now(c)
	return pair(c, dateTuple(c, t), timeTuple(c, t))
}

func erlangDate(c *vm.Context, _ []term.Term) term.Term { return dateTuple(c, now(c)) }
func erlangTime(c *vm.Context, _ []term.Term) term.Term { return timeTuple(c, now(c)) }

// ints reads a tuple of n integers.
func ints(t term.Term, n int) ([]int, bool) {
	if !t.IsTuple() || t.TupleSize() != n {
		return nil, false
	}
	out := make([]int, n)
	for i := range out {
		x, ok := number(t.Word(i))
		if !ok {
			return nil, false
		}
		out[i] = x
	}
	return out, true
}

// dateTime reads {{Year, Month, Day}, {Hour, Minute, Second}}.
func dateTime(t term.Term) (time.Time, bool) {
	if !t.IsTuple() || t.TupleSize() != 2 {
		return time.Time{}, false
	}
	d, ok1 := ints(t.Word(0), 3)
	h, ok2 := ints(t.Word(1), 3)
	if !ok1 || !ok2 {
		return time.Time{}, false
	}
	u := time.Date(d[0], time.Month(d[1]), d[2], h[0], h[1], h[2], 0, time.UTC)
	ok := u.Year() == d[0] && int(u.Month()) == d[1] && u.Day() == d[2] && u.Hour() == h[0] && u.Minute() == h[1] && u.Second() == h[2]
	return u, ok
}

// erlangSameTime converts between universal and local time, which are the same
// here.
func erlangSameTime(c *vm.Context, args []term.Term) term.Term {
	if _, ok := dateTime(args[0]); !ok {
		return c.BadArg()
	}
	return args[0]
}

func erlangToPosixTime(c *vm.Context, args []term.Term) term.Term {
	t, ok := dateTime(args[0])
	if !ok {
		return c.BadArg()
	}
	return term.Int(t.Unix())
}

func erlangFromPosixTime(c *vm.Context, args []term.Term) term.Term {
	s, ok := number(args[0])
	if !ok || s < -1<<40 || s > 1<<40 {
		return c.BadArg()
	}
	t := time.Unix(int64(s), 0).UTC()
	return pair(c, dateTuple(c, t), timeTuple(c, t))
}

func erlangIsFunction2(c *vm.Context, args []term.Term) term.Term {
	if !args[1].IsInteger() || args[1].Sign() < 0 {
		return c.BadArg()
	}
	n, ok := number(args[1])
	return term.Bool(ok && isFunOf(c, args[0], n))
}

func erlangMakeFun(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[2])
	if !ok || n > 255 || !args[0].IsAtom() || !args[1].IsAtom() {
		return c.BadArg()
	}
	return c.MakeFun(args[0], args[1], n)
}

// funItem returns an item of fun_info, None for what is no item.
func funItem(c *vm.Context, f vm.FunInfo, item term.Term) term.Term {
	local := func(t term.Term) term.Term {
		if f.External {
			return term.AtomUndefined
		}
		return t
	}
	switch item {
	case atomModule:
		return f.Module
	case atomName:
		return f.Name
	case atomArity:
		return term.Int(int64(f.Arity))
	case atomType:
		if f.External {
			return atomExternal
		}
		return atomLocal
	case atomEnv:
		return term.List(c, f.Free...)
	case atomPid:
		return local(c.Self())
	case atomIndex, atomNewIndex:
		return local(term.Int(int64(f.Index)))
	case atomUniq:
		return local(term.Int(int64(f.Hash[0])<<16 | int64(f.Hash[1])<<8 | int64(f.Hash[2])))
	case atomNewUniq:
		return local(c.Binary(f.Hash[:]))
	case atomRefc:
		return local(term.Int(1))
	}
	return term.None
}

func erlangFunInfo2(c *vm.Context, args []term.Term) term.Term {
	f, ok := c.Machine().Fun(args[0])
	if !ok {
		return c.BadArg()
	}
	v := funItem(c, f, args[1])
	if v == term.None {
		return c.BadArg()
	}
	return pair(c, args[1], v)
}

func erlangFunInfo1(c *vm.Context, args []term.Term) term.Term {
	f, ok := c.Machine().Fun(args[0])
	if !ok {
		return c.BadArg()
	}
	items := []term.Term{atomModule, atomName, atomArity, atomEnv, atomType}
	if !f.External {
		items = []term.Term{atomPid, atomModule, atomNewIndex, atomNewUniq, atomIndex, atomUniq, atomName, atomArity, atomEnv, atomType}
	}
	l := newList(c)
	for _, item := range items {
		l.add(pair(c, item, funItem(c, f, item)))
	}
	return l.list()
}

func erlangFunInfoMFA(c *vm.Context, args []term.Term) term.Term {
	f, ok := c.Machine().Fun(args[0])
	if !ok {
		return c.BadArg()
	}
	return term.Tuple(c, f.Module, f.Name, term.Int(int64(f.Arity)))
}

// funText writes a fun as fun_to_list does.
func funText(c *vm.Context, t term.Term) string {
	f, _ := c.Machine().Fun(t)
	if f.External {
		return fmt.Sprintf("fun %s:%s/%d", quotedAtom(f.Module), quotedAtom(f.Name), f.Arity)
	}
	uniq := int64(f.Hash[0])<<16 | int64(f.Hash[1])<<8 | int64(f.Hash[2])
	return fmt.Sprintf("#Fun<%s.%d.%d>", f.Module.AtomName(), f.Index, uniq)
}

func erlangFunToList(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsFun() {
		return c.BadArg()
	}
	return stringList(c, funText(c, args[0]), term.Nil)
}

func erlangFunctionExported(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[2])
	if !ok || !args[0].IsAtom() || !args[1].IsAtom() {
		return c.BadArg()
	}
	return term.Bool(n <= 255 && c.Machine().Exported(args[0], args[1], n))
}

func erlangIsBuiltin(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[2])
	if !ok || !args[0].IsAtom() || !args[1].IsAtom() {
		return c.BadArg()
	}
	return term.Bool(c.Machine().IsBuiltin(args[0], args[1], n))
}

func erlangModuleLoaded(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	m := c.Machine()
	return term.Bool(m.Loaded(args[0]) != nil || len(m.BuiltinsOf(args[0])) > 0)
}

func erlangDeleteModule(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	if !c.Machine().Delete(args[0]) {
		return term.AtomUndefined
	}
	return term.True
}

func erlangPurgeModule(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() || !c.Machine().HasOld(args[0]) {
		return c.BadArg()
	}
	c.Machine().Purge(args[0])
	return term.True
}

func erlangCheckOldCode(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	return term.Bool(c.Machine().HasOld(args[0]))
}

func erlangCheckProcessCode(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsPid() || !args[1].IsAtom() {
		return c.BadArg()
	}
	return term.Bool(c.Machine().RunsOld(args[0], args[1]))
}

// erlangGetModuleInfo asks a module that is code for its module_info; of a
// module of built-ins it answers itself.
func erlangGetModuleInfo(c *vm.Context, args []term.Term) term.Term {
	m := c.Machine()
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	if m.Loaded(args[0]) != nil {
		return c.Call(args[0], atom("module_info"), args[1:]...)
	}
	return builtinInfo(c, args[0], args[1:])
}

// builtinInfo is module_info of a module of built-ins; item may be empty.
func builtinInfo(c *vm.Context, module term.Term, item []term.Term) term.Term {
	functions := c.Machine().BuiltinsOf(module)
	if len(functions) == 0 {
		return c.BadArg()
	}
	l := newList(c)
	for _, f := range functions {
		l.add(pair(c, atom(f.Name), term.Int(int64(f.Arity))))
	}
	exports := l.list()
	items := []term.Term{
		atomModule, module,
		atom("exports"), exports,
		atom("attributes"), term.Nil,
		atom("compile"), term.Nil,
		atom("md5"), c.Binary(make([]byte, 16)),
	}
	if len(item) == 0 {
		l := newList(c)
		for i := 0; i < len(items); i += 2 {
			l.add(pair(c, items[i], items[i+1]))
		}
		return l.list()
	}
	switch item[0] {
	case atom("functions"):
		return exports
	case atom("nifs"):
		return term.Nil
	}
	for i := 0; i < len(items); i += 2 {
		if items[i] == item[0] {
			return items[i+1]
		}
	}
	return c.BadArg()
}

// memoryKinds are the items of memory/0,1 with their bytes.
func memoryKinds(c *vm.Context) (kinds []term.Term, bytes []int64) {
	processes, code, atoms, binaries, tables, total := c.Machine().Memory()
	kinds = []term.Term{
		atomTotal, atom("processes"), atom("processes_used"), atom("system"), atomAtom, atom("atom_used"), atomBinary, atom("code"), atom("ets"),
	}
	return kinds, []int64{total, processes, processes, total - processes, atoms, atoms, binaries, code, tables}
}

func erlangMemory0(c *vm.Context, _ []term.Term) term.Term {
	kinds, bytes := memoryKinds(c)
	l := newList(c)
	for i, k := range kinds {
		l.add(pair(c, k, term.Int(bytes[i])))
	}
	return l.list()
}

func erlangMemory1(c *vm.Context, args []term.Term) term.Term {
	kinds, bytes := memoryKinds(c)
	one := func(t term.Term) (term.Term, bool) {
		for i, k := range kinds {
			if k == t {
				return term.Int(bytes[i]), true
			}
		}
		return term.None, false
	}
	if !args[0].IsList() {
		n, ok := one(args[0])
		if !ok {
			return c.BadArg()
		}
		return n
	}
	wanted, ok := elements(c, args[0])
	if !ok {
		return c.BadArg()
	}
	l := newList(c)
	for _, k := range wanted {
		n, ok := one(k)
		if !ok {
			return c.BadArg()
		}
		l.add(pair(c, k, n))
	}
	return l.list()
}

// otpRelease and ertsVersion are those whose behaviour is followed.
const (
	otpRelease  = "29"
	ertsVersion = "17.0"
)

func erlangSystemInfo(c *vm.Context, args []term.Term) term.Term {
	m := c.Machine()
	config := m.Config()
	text := func(s string) term.Term { return stringList(c, s, term.Nil) }
	integer := func(n int) term.Term { return term.Int(int64(n)) }
	if t := args[0]; t.IsTuple() && t.TupleSize() == 2 && t.Word(0) == atom("wordsize") {
		return integer(8)
	}
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	switch args[0].AtomName() {
	case "atom_count":
		return integer(term.AtomCount())
	case "atom_limit":
		return integer(config.MaxAtoms)
	case "build_type":
		return atom("opt")
	case "compat_rel":
		return integer(29)
	case "creation":
		return integer(0)
	case "debug_compiled":
		return term.False
	case "dirty_cpu_schedulers", "dirty_cpu_schedulers_online", "dirty_io_schedulers":
		return integer(0)
	case "dist":
		return c.String("")
	case "driver_version", "nif_version":
		return text("3.3")
	case "emu_flavor":
		return atom("emu")
	case "emu_type":
		return atom("opt")
	case "ets_count":
		return integer(tables(c).count())
	case "ets_limit":
		return integer(maxTables)
	case "fullsweep_after":
		return pair(c, atom("fullsweep_after"), integer(65535))
	case "garbage_collection":
		return term.List(c, pair(c, atom("fullsweep_after"), integer(65535)), pair(c, atom("min_heap_size"), integer(16)))
	case "heap_sizes":
		return term.List(c, integer(16), integer(32), integer(64), integer(128), integer(256), integer(512), integer(1024))
	case "kernel_poll":
		return term.False
	case "logical_processors", "logical_processors_available", "logical_processors_online":
		return integer(config.Schedulers)
	case "machine":
		return text("BEAM")
	case "max_heap_size":
		return pair(c, atom("max_heap_size"), term.MapFromPairs(c, []term.Term{
			atomSize, integer(config.MaxHeapWords), term.AtomKill, term.True, atom("error_logger"), term.True,
			atom("include_shared_binaries"), term.False,
		}))
	case "message_queue_data":
		return atom("on_heap")
	case "min_heap_size":
		return pair(c, atom("min_heap_size"), integer(16))
	case "multi_scheduling":
		return atom("enabled")
	case "os_monotonic_time_source", "os_system_time_source":
		return term.Nil
	case "otp_release":
		return text(otpRelease)
	case "port_count":
		return integer(0)
	case "port_limit":
		return integer(0)
	case "process_count":
		return integer(c.Count())
	case "process_limit":
		return integer(config.MaxProcesses)
	case "procs":
		return c.String("")
	case "schedulers", "schedulers_online":
		return integer(config.Schedulers)
	case "scheduler_id":
		return integer(1)
	case "smp_support", "threads":
		return term.True
	case "start_time":
		return integer(0)
	case "system_architecture":
		return text(architecture())
	case "system_logger":
		return atom("logger")
	case "system_version":
		return text(fmt.Sprintf("Erlang/OTP %s [erts-%s] [64-bit] [smp:%d:%d]\n", otpRelease, ertsVersion, config.Schedulers, config.Schedulers))
	case "thread_pool_size":
		return integer(0)
	case "time_correction":
		return term.True
	case "time_offset":
		return atom("final")
	case "time_warp_mode":
		return atom("no_time_warp")
	case "tolerant_timeofday":
		return atom("enabled")
	case "trace_control_word":
		return integer(0)
	case "version":
		return text(ertsVersion)
	case "wordsize":
		return integer(8)
	}
	return c.BadArg()
}

func architecture() string {
	if runtime.GOARCH == "wasm" {
		return "wasm32-unknown-browser"
	}
	return runtime.GOARCH + "-unknown-" + runtime.GOOS
}

// erlangSystemFlag takes the flags that programs set and says what they were;
// they change nothing here.
func erlangSystemFlag(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	n, ok := natural(args[1])
	switch args[0].AtomName() {
	case "backtrace_depth":
		if ok {
			return term.Int(8)
		}
	case "schedulers_online":
		if s := c.Machine().Config().Schedulers; ok && n >= 1 && n <= s {
			return term.Int(int64(s))
		}
	case "fullsweep_after":
		if ok {
			return term.Int(65535)
		}
	case "min_heap_size":
		if ok {
			return term.Int(16)
		}
	case "scheduler_wall_time":
		if isBoolean(args[1]) {
			return term.False
		}
	}
	return c.BadArg()
}

// lastStatistics is what statistics/1 said the last time, for those items that
// also tell the difference.
type lastStatistics struct{ runtime, wallClock, reductions, exactReductions int64 }

func erlangStatistics(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	m := c.Machine()
	type key struct{}
	last := m.Local(key{}, func() any { return &lastStatistics{} }).(*lastStatistics)
	since := func(was *int64, n int64) term.Term {
		d := n - *was
		*was = n
		return pair(c, term.Int(n), term.Int(d))
	}
	ms := m.Now() / 1e6
	switch args[0].AtomName() {
	case "active_tasks", "active_tasks_all", "run_queue_lengths", "run_queue_lengths_all":
		var lengths []term.Term
		for _, n := range c.RunQueues() {
			lengths = append(lengths, term.Int(int64(n)))
		}
		return term.List(c, lengths...)
	case "context_switches":
		return pair(c, term.Int(m.Switches()), term.Int(0))
	case "garbage_collection":
		s := m.Space()
		return term.Tuple(c, term.Int(s.Collections), term.Int(s.Reclaimed), term.Int(0))
	case "io":
		return pair(c, pair(c, atom("input"), term.Int(0)), pair(c, atom("output"), term.Int(m.Written())))
	case "run_queue", "total_run_queue_lengths", "total_run_queue_lengths_all", "total_active_tasks", "total_active_tasks_all":
		n := 0
		for _, length := range c.RunQueues() {
			n += length
		}
		return term.Int(int64(n))
	case "reductions":
		return since(&last.reductions, m.Reductions())
	case "exact_reductions":
		return since(&last.exactReductions, m.Reductions())
	case "runtime":
		return since(&last.runtime, ms)
	case "wall_clock":
		return since(&last.wallClock, ms)
	case "scheduler_wall_time", "scheduler_wall_time_all", "msacc":
		return term.AtomUndefined
	}
	return c.BadArg()
}

func erlangDisplay(c *vm.Context, args []term.Term) term.Term {
	if !c.Machine().Write(vm.Stdio, []byte(writeTerm(c, args[0])+"\n")) {
		return c.SystemLimit()
	}
	return term.True
}

func erlangDisplayString(c *vm.Context, args []term.Term) term.Term {
	s, ok := charText(c, args[0])
	if !ok {
		b, ok := args[0].BinaryBytes()
		if !ok {
			return c.BadArg()
		}
		s = string(b)
	}
	if !c.Machine().Write(vm.Stdio, []byte(s)) {
		return c.SystemLimit()
	}
	return term.True
}

func ertsDebugSize(c *vm.Context, args []term.Term) term.Term {
	return term.Int(int64(c.Space().SizeOf(args[0])))
}

// quotedAtom writes an atom as Erlang does, with quotes when it needs them.
func quotedAtom(t term.Term) string {
	name := t.AtomName()
	if isPlainAtom(name) {
		return name
	}
	var s strings.Builder
	s.WriteByte('\'')
	writeEscaped(&s, name, '\'', true)
	s.WriteByte('\'')
	return s.String()
}
