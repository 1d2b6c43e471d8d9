package code

// Op is the operation of an instruction.
//
// # Instructions
//
// An instruction is a word, from the low end: op (16 bits), a, b, c (16 bits
// each, signed). Some are followed by one extension word, which is data and
// never executed.
//
// Registers r0, r1, ... of a function's frame lie downwards from the frame
// pointer: r[i] is at fp - 8*i. Operands name them by that byte offset,
// -8*i, so nothing is scaled when an instruction runs; Reg and RegOffset
// convert. The arguments come in r0..r[n-1]; for a fun, r[n] holds the fun
// itself, from which OpFree takes the free variables.
//
// To call, the caller picks a return register r[a]: the result comes there,
// and the arguments stand in r[a+1], r[a+2], ... , so that the callee's frame
// begins right below the return register, which holds the return address
// meanwhile. Registers from r[a] up are therefore lost at a call.
//
// Displacements are in words, relative to the word after the instruction
// (after its extension word, where it has one). A jump in c is 16 bits, in
// the b and c fields together (J below) 32 bits.
//
// # Restart
//
// Whatever an instruction needs and may not find (room, a reduction, a
// message, a loaded module) is looked for before it changes anything, so the
// machine can leave the loop at it and run it again from its start.
type Op uint16

// Shapes of operands in the table below:
//
//	d  register written         s  register read
//	r  first of several registers, counted by n
//	n  count                    i  signed 16-bit number
//	j  16-bit displacement      J  32-bit displacement in b and c
//	I  signed 32-bit number in b and c
//	e  element index            t  type test (Type)
//	x  kind of error (ErrKind)  -  unused
//
// and of the extension word:
//
//	K  a term: immediate, literal or atom, filled in by the loader
//	X  import: filled in by the loader with the address of its export cell or
//	   the index of its built-in
//	B  import that is a built-in; low 32 bits filled in by the loader with its
//	   index, high 32 bits a displacement taken instead of raising an error (a
//	   failing guard), or 0 to raise
//	F  lambda: filled in by the loader with its index in the machine's table
//	G  segment of a bitstring (Segment); high 32 bits a displacement or 0
//	T  number of table entries; they follow, two words each: a term (as K) and
//	   a displacement relative to the word after the whole table
const (
	OpInvalid Op = iota

	// What the interpreter's loop does itself, roughly in the order of how often it
	// runs: Go's switch is a binary search in WebAssembly, in which low numbers
	// take fewer branches.
	OpMove
	OpCall // local call
	OpRet  // return r[a]
	OpAddI
	OpAdd
	OpTLtI
	OpTGtI
	OpTail // local tail call
	OpTCons
	OpUncons
	OpCons
	OpLoadK
	OpTEqXK
	OpElem
	OpTTagged
	OpJmp
	OpSub
	OpTEqXI
	OpRecv
	OpTTuple
	OpCallX // remote call
	OpTailX // remote tail call
	OpTuple
	OpLoadI
	OpTNil
	OpHead
	OpTail2
	OpCallF // call of a fun
	OpFree
	OpTEqX
	OpTTruthy
	OpTTrue
	OpEnter // first instruction of every function
	OpTailF // tail call of a fun
	OpApply // call module r[b], function r[c]
	OpTailApply
	OpElement // element of what may be no tuple
	OpSelect  // jump table on an immediate
	OpTLt
	OpTGe
	OpTGeI
	OpTLeI
	OpTNeXK
	OpTType
	OpTEq
	OpTNe
	OpTNeX
	OpFun
	OpTailCopy // move n arguments down before a tail call
	OpSwap
	OpSelf
	OpRecvNext
	OpRecvWait
	OpRecvAfter
	OpMul
	OpIDiv
	OpRem
	OpBand
	OpBor
	OpBxor
	OpBsr

	// What calls Go code.
	OpCallB // remote call to a built-in; only the loader writes it, for OpCallX
	OpTailB // remote tail call to a built-in; only the loader writes it, for OpTailX
	OpDiv
	OpBsl
	OpNeg
	OpTFun
	OpTMapKey
	OpTMapKeyK
	OpLt
	OpGe
	OpEq
	OpNe
	OpEqX
	OpNeX
	OpMapNew
	OpMapPut
	OpMapSet
	OpMapGet
	OpMapGetK
	OpBsBuild
	OpBsStart
	OpBsGet
	OpBsSkip
	OpBsLit
	OpBsEnd
	OpBif1
	OpBif2
	OpBifN
	OpSend
	OpRecvTake
	OpRecvMark
	OpErr
	OpRaise
	OpTrace

	// The machine's own; never in a module.
	OpHalt   // bottom of a process's stack: it ends normally with r0
	OpResume // bottom of a call made by a native coroutine: hands r0 to it
	OpNoFun  // code of an export without a function: load the module or raise undef
	OpBreak  // stands for the first instruction of a line in a module whose lines are traced

	opCount
)

// Info describes an operation.
type Info struct {
	Name   string
	Shape  string // operands a, b, c, then the extension word; see Op
	Doc    string
	Loader bool // written by the loader or the machine, refused in a module
}

// Ops describes every operation.
var Ops = [opCount]Info{
	OpInvalid: {"invalid", "---", "not an instruction", true},

	OpEnter:     {"enter", "rn-", "begin a function with b arguments whose frame has the registers up to r[a]: spend a reduction, make sure of the stack", false},
	OpRet:       {"ret", "s--", "return r[a] to the caller", false},
	OpCall:      {"call", "rJ", "call the function at J (its enter); result to r[a], arguments from r[a+1]", false},
	OpCallX:     {"callx", "rn-X", "call the imported function with b arguments; result to r[a], arguments from r[a+1]", false},
	OpCallB:     {"callb", "rn-X", "call the built-in with b arguments; result to r[a], arguments from r[a+1]", true},
	OpCallF:     {"callf", "rns", "call the fun r[c] with b arguments; result to r[a], arguments from r[a+1]; badfun, badarity", false},
	OpTail:      {"tail", "-J", "go on at the function at J, arguments already in r0..", false},
	OpTailX:     {"tailx", "-n-X", "go on in the imported function with b arguments, already in r0..", false},
	OpTailB:     {"tailb", "-n-X", "call the built-in with b arguments in r0.. and return its result", true},
	OpTailF:     {"tailf", "-ns", "go on in the fun r[c] with b arguments, already in r0..", false},
	OpApply:     {"apply", "rns", "call module r[c], function r[c+1] with b arguments; result to r[a], arguments from r[a+1]", false},
	OpTailApply: {"tailapply", "-ns", "go on in module r[c], function r[c+1] with b arguments, already in r0..", false},

	OpTailCopy: {"tailcopy", "rn-", "move b registers from r[a].. down to r0..", false},

	OpMove:  {"move", "ds-", "r[a] = r[b]", false},
	OpLoadI: {"loadi", "dI", "r[a] = the small integer I", false},
	OpLoadK: {"loadk", "d--K", "r[a] = the term K", false},
	OpSwap:  {"swap", "ds-", "exchange r[a] and r[b]", false},

	OpJmp:    {"jmp", "-J", "jump", false},
	OpSelect: {"select", "s-jT", "jump by the entry of the table whose term is r[a] (===, immediates only); to c (relative to the word after the table) when there is none", false},

	OpAdd:  {"add", "dss", "r[a] = r[b] + r[c]", false},
	OpSub:  {"sub", "dss", "r[a] = r[b] - r[c]", false},
	OpMul:  {"mul", "dss", "r[a] = r[b] * r[c]", false},
	OpAddI: {"addi", "dsi", "r[a] = r[b] + c", false},
	OpDiv:  {"div", "dss", "r[a] = r[b] / r[c], a float", false},
	OpIDiv: {"idiv", "dss", "r[a] = div(r[b], r[c])", false},
	OpRem:  {"rem", "dss", "r[a] = rem(r[b], r[c])", false},
	OpBand: {"band", "dss", "r[a] = r[b] band r[c]", false},
	OpBor:  {"bor", "dss", "r[a] = r[b] bor r[c]", false},
	OpBxor: {"bxor", "dss", "r[a] = r[b] bxor r[c]", false},
	OpBsl:  {"bsl", "dss", "r[a] = r[b] bsl r[c]", false},
	OpBsr:  {"bsr", "dss", "r[a] = r[b] bsr r[c]", false},
	OpNeg:  {"neg", "ds-", "r[a] = -r[b]", false},

	OpTLt:      {"tlt", "ssj", "r[a] < r[b], else jump", false},
	OpTGe:      {"tge", "ssj", "r[a] >= r[b], else jump", false},
	OpTEq:      {"teq", "ssj", "r[a] == r[b], else jump", false},
	OpTNe:      {"tne", "ssj", "r[a] != r[b], else jump", false},
	OpTEqX:     {"teqx", "ssj", "r[a] === r[b], else jump", false},
	OpTNeX:     {"tnex", "ssj", "r[a] !== r[b], else jump", false},
	OpTLtI:     {"tlti", "sij", "r[a] < b, else jump", false},
	OpTGeI:     {"tgei", "sij", "r[a] >= b, else jump", false},
	OpTGtI:     {"tgti", "sij", "r[a] > b, else jump", false},
	OpTLeI:     {"tlei", "sij", "r[a] <= b, else jump", false},
	OpTEqXI:    {"teqxi", "sij", "r[a] === b, else jump", false},
	OpTEqXK:    {"teqxk", "s-jK", "r[a] === K, else jump", false},
	OpTNeXK:    {"tnexk", "s-jK", "r[a] !== K, else jump", false},
	OpTCons:    {"tcons", "s-j", "r[a] is a list cell, else jump", false},
	OpTNil:     {"tnil", "s-j", "r[a] is the empty list, else jump", false},
	OpTTuple:   {"ttuple", "snj", "r[a] is a tuple of b elements, else jump", false},
	OpTTagged:  {"ttagged", "snjK", "r[a] is a tuple of b elements (b > 0) whose first === K, an immediate, else jump", false},
	OpTType:    {"ttype", "stj", "r[a] is of the type b, else jump", false},
	OpTFun:     {"tfun", "snj", "r[a] is a function of b arguments, else jump", false},
	OpTTrue:    {"ttrue", "s-j", "r[a] is true, else jump", false},
	OpTTruthy:  {"ttruthy", "s-j", "r[a] is neither false nor nil, else jump", false},
	OpTMapKey:  {"tmapkey", "ssj", "the map r[a] has the key r[b], else jump", false},
	OpTMapKeyK: {"tmapkeyk", "s-jK", "the map r[a] has the key K, else jump", false},

	OpLt:  {"lt", "dss", "r[a] = r[b] < r[c]", false},
	OpGe:  {"ge", "dss", "r[a] = r[b] >= r[c]", false},
	OpEq:  {"eq", "dss", "r[a] = r[b] == r[c]", false},
	OpNe:  {"ne", "dss", "r[a] = r[b] != r[c]", false},
	OpEqX: {"eqx", "dss", "r[a] = r[b] === r[c]", false},
	OpNeX: {"nex", "dss", "r[a] = r[b] !== r[c]", false},

	OpCons:   {"cons", "dss", "r[a] = [r[b] | r[c]]", false},
	OpHead:   {"head", "ds-", "r[a] = head of r[b], known to be a cell", false},
	OpTail2:  {"rest", "ds-", "r[a] = tail of r[b], known to be a cell", false},
	OpUncons: {"uncons", "dds", "r[a], r[b] = head, tail of r[c], known to be a cell", false},
	OpTuple:  {"tuple", "drn", "r[a] = tuple of c elements from r[b]..", false},
	OpElem:   {"elem", "dse", "r[a] = element c (from 0) of r[b], known to be a tuple that long", false},
	OpMapNew: {"mapnew", "drn", "r[a] = map of c pairs from r[b] (key, value, key, value ...); of equal keys the last one counts", false},
	OpMapPut: {"mapput", "drn", "r[a] = the map r[b] with c pairs from r[b+1]..; badmap", false},
	OpMapSet: {"mapset", "drn", "as mapput, and every key must be there; badmap, badkey", false},

	OpMapGet:  {"mapget", "dsj", "r[a] = value in the map r[b] of the key r[a]; jump when it is no map or has no such key", false},
	OpMapGetK: {"mapgetk", "dsjK", "r[a] = value in the map r[b] of the key K; jump when it is no map or has no such key", false},

	OpFun:  {"fun", "drnF", "r[a] = fun of the lambda F with c free variables from r[b]..", false},
	OpFree: {"free", "dse", "r[a] = free variable c (from 0) of the fun r[b]", false},

	OpBsBuild: {"bsbuild", "drn", "r[a] = bitstring of c segments; c extension words follow (Segment), the values and sizes in registers, the b field unused; badarg", false},
	OpBsStart: {"bsstart", "dsj", "r[a] = 0, the position in bits, when r[b] is a bitstring, else jump", false},
	OpBsGet:   {"bsget", "dssG", "r[a] = segment G of the bitstring r[b] at the position r[c], which moves on; jump when it does not match", false},
	OpBsSkip:  {"bsskip", "-ssG", "step over the segment G of r[b] at the position r[c]; jump when it does not match", false},
	OpBsLit:   {"bslit", "ssjK", "the bitstring r[a] at the position r[b] goes on with the bitstring K; the position moves on; else jump", false},
	OpBsEnd:   {"bsend", "ssj", "the position r[b] is the end of the bitstring r[a], else jump", false},

	OpBif1:    {"bif1", "ds-B", "r[a] = built-in(r[b])", false},
	OpBif2:    {"bif2", "dssB", "r[a] = built-in(r[b], r[c])", false},
	OpElement: {"element", "dsiB", "r[a] = element c (from 1) of r[b]; B is erlang:element/2", false},

	OpBifN: {"bifn", "drnB", "r[a] = built-in of c arguments from r[b]..", false},

	OpSelf:      {"self", "d--", "r[a] = own pid", false},
	OpSend:      {"send", "dss", "send r[c] to r[b], r[a] = r[c]", false},
	OpRecv:      {"recv", "d-j", "r[a] = the message at the save pointer; jump when there is none left", false},
	OpRecvTake:  {"recvtake", "-i-", "take the message at the save pointer out of the mailbox, the save pointer back to the front, any receive timer off; b is the clause taken, from 0", false},
	OpRecvNext:  {"recvnext", "-J", "leave the message, the save pointer moves on, jump (to the recv)", false},
	OpRecvWait:  {"recvwait", "-J", "wait for a message, then go on at J (the recv)", false},
	OpRecvAfter: {"recvafter", "sJ", "wait for a message, then go on at J, or until r[a] milliseconds (or :infinity) are over, counted from the first time this is reached: then the save pointer goes back to the front and the next instruction is run; timeout_value", false},
	OpRecvMark:  {"recvmark", "s--", "if r[a] is the reference this process made last, put the save pointer where the mailbox ended then", false},

	OpErr:   {"err", "sx-", "raise the error b with r[a]", false},
	OpRaise: {"raise", "sss", "raise class r[a], reason r[b], raw trace or list r[c] again", false},
	OpTrace: {"trace", "ds-", "r[a] = the stack trace, as a list, of the raw trace r[b]", false},

	OpHalt:   {"halt", "---", "end the process normally", true},
	OpResume: {"resume", "---", "hand the result to the coroutine that called", true},
	OpNoFun:  {"nofun", "---", "load the module of the export and go on, or raise undef", true},
	OpBreak:  {"break", "---", "tell the observer the line, then run the instruction that stood here", true},
}

// Type is what OpTType tests.
type Type int16

// The types of OpTType.
const (
	TypeAtom Type = iota
	TypeBoolean
	TypeInteger
	TypeFloat
	TypeNumber
	TypeList
	TypeTuple
	TypeMap
	TypeBinary
	TypeBitstring
	TypeFunction
	TypePid
	TypePort
	TypeReference
	typeCount
)

// TypeNames names the types of OpTType.
var TypeNames = [typeCount]string{"atom", "boolean", "integer", "float", "number", "list", "tuple", "map", "binary", "bitstring", "function", "pid", "port", "reference"}

// ErrKind is what OpErr raises.
type ErrKind int16

// The errors of OpErr. All are of class error.
const (
	ErrBadMatch       ErrKind = iota // {:badmatch, r[a]}
	ErrCaseClause                    // {:case_clause, r[a]}
	ErrCondClause                    // :cond_clause
	ErrIfClause                      // :if_clause
	ErrTryClause                     // {:try_clause, r[a]}
	ErrWithClause                    // {:with_clause, r[a]}
	ErrFunctionClause                // :function_clause; the arguments, still in r0.., go into the trace
	ErrBadBool                       // {:badbool, :and, r[a]}
	ErrBadBoolOr                     // {:badbool, :or, r[a]}
	ErrBadBoolNot                    // :badarg, as of not/1
	ErrReason                        // r[a] itself is the reason
	errKindCount
)

// ErrNames names the errors of OpErr.
var ErrNames = [errKindCount]string{"badmatch", "case_clause", "cond_clause", "if_clause", "try_clause", "with_clause", "function_clause", "badbool_and", "badbool_or", "badbool_not", "reason"}

func (o Op) String() string {
	if o < opCount {
		return Ops[o].Name
	}
	return "invalid"
}

// Make makes an instruction word.
func Make(op Op, a, b, c int16) uint64 {
	return uint64(op) | uint64(uint16(a))<<16 | uint64(uint16(b))<<32 | uint64(uint16(c))<<48
}

// MakeLong makes an instruction word whose b and c fields hold a 32-bit number.
func MakeLong(op Op, a int16, n int32) uint64 {
	return uint64(op) | uint64(uint16(a))<<16 | uint64(uint32(n))<<32
}

// Split takes an instruction word apart.
func Split(w uint64) (op Op, a, b, c int16) {
	return Op(w), int16(w >> 16), int16(w >> 32), int16(w >> 48)
}

// Long returns the 32-bit number in the b and c fields.
func Long(w uint64) int32 { return int32(w >> 32) }

// MaxRegisters is how many registers a frame may have.
const MaxRegisters = 4000

// RegOffset returns the operand of register i.
func RegOffset(i int) int16 { return int16(-8 * i) }

// Reg returns the register of an operand.
func Reg(off int16) int { return int(off) / -8 }
