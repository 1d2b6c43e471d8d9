package term

// Atoms that the machine itself speaks of. Their indices are constants, so
// they can stand in a switch; init interns them in this order.
const (
	False Term = (iota << immShift) | immAtom<<3 | TagImm
	True
	AtomNil
	AtomUndefined
	AtomOk
	AtomError
	AtomExit
	AtomThrow
	AtomNormal
	AtomKill
	AtomKilled
	AtomNoproc
	AtomNoconnection
	AtomBadarg
	AtomBadarith
	AtomBadmatch
	AtomBadkey
	AtomBadmap
	AtomBadfun
	AtomBadarity
	AtomCaseClause
	AtomIfClause
	AtomTryClause
	AtomFunctionClause
	AtomUndef
	AtomNocatch
	AtomSystemLimit
	AtomTimeoutValue
	AtomUpExit // :EXIT
	AtomUpDown // :DOWN
	AtomProcess
	AtomPort
	AtomTime
	AtomInfinity
	AtomStruct // :__struct__
	AtomErlang
	AtomFlush
	AtomInfo
	AtomTrapExit
	AtomPriority
	AtomLink
	AtomMonitor
	AtomHigh
	AtomLow
	AtomMax
	AtomTimeout
	AtomFile
	AtomLine
	AtomErrorInfo
	AtomApply
	AtomMinusName // :-
	AtomCondClause
	AtomWithClause
	AtomBadbool
	AtomAnd
	AtomOr
	AtomNoSuchGroup
	AtomAlias
	AtomBang // :!
	fixedAtoms
)

var fixedNames = [...]string{
	"false", "true", "nil", "undefined", "ok", "error", "exit", "throw", "normal", "kill",
	"killed", "noproc", "noconnection", "badarg", "badarith", "badmatch", "badkey", "badmap",
	"badfun", "badarity", "case_clause", "if_clause", "try_clause", "function_clause", "undef",
	"nocatch", "system_limit", "timeout_value", "EXIT", "DOWN", "process", "port", "time",
	"infinity", "__struct__", "erlang", "flush", "info", "trap_exit", "priority", "link",
	"monitor", "high", "low", "max", "timeout", "file", "line", "error_info", "apply", "-",
	"cond_clause", "with_clause", "badbool", "and", "or", "no_such_group", "alias", "!",
}

func init() {
	for i, name := range fixedNames {
		if Atom(name) != AtomAt(uint32(i)) {
			panic("BUG: the fixed atoms are out of order at " + name)
		}
	}
	if AtomAt(uint32(len(fixedNames))) != fixedAtoms {
		panic("BUG: the fixed atoms and their names differ in number")
	}
}
