package vm

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/internal/term"
)

func TestCatch(t *testing.T) {
	everywhere(t, `
fn main/0 6
  line 2
from:
  call r1 bad/0
to:
  ret r1
handle:
  trace r3 r3
  tuple r0 r1 3
  tailx 1 erlang:exit/1
  catch from to handle r1
fnp bad/0 4
  line 10
  loadi r2 1
  loadk r3 :a
  add r1 r2 r3
  ret r1
`, "{error,badarith,[{erlang,+,[1,a],[{error_info,%{module=>erl_erts_errors}}]},{t,bad,0,[{file,'t.ex'},{line,10}]},{t,main,0,[{file,'t.ex'},{line,2}]}]}")
}

func TestFunctionClause(t *testing.T) {
	everywhere(t, `
fn main/0 6
from:
  loadi r2 7
  loadk r3 :x
  call r1 f/2
to:
  ret r1
handle:
  trace r3 r3
  tuple r0 r1 3
  tailx 1 erlang:exit/1
  catch from to handle r1
fnp f/2 3
  line 5
  err r0 function_clause
`, "{error,function_clause,[{t,f,[7,x],[{file,'t.ex'},{line,5}]},{t,main,0,[]}]}")
}

func TestUndef(t *testing.T) {
	everywhere(t, `
fn main/0 6
from:
  loadi r2 7
  callx r1 1 nowhere:nothing/1
to:
  ret r1
handle:
  trace r3 r3
  tuple r0 r1 3
  tailx 1 erlang:exit/1
  catch from to handle r1
`, "{error,undef,[{nowhere,nothing,[7],[]},{t,main,0,[]}]}")
}

func TestBuiltinErrorInTail(t *testing.T) {
	everywhere(t, `
fn main/0 6
from:
  loadi r2 7
  call r1 f/1
to:
  ret r1
handle:
  trace r3 r3
  tuple r0 r1 3
  tailx 1 erlang:exit/1
  catch from to handle r1
fnp f/1 2
  line 9
  tailx 1 erlang:hd/1
`, "{error,badarg,[{erlang,hd,[7],[{error_info,%{module=>erl_erts_errors}}]},{t,f,1,[{file,'t.ex'},{line,9}]},{t,main,0,[]}]}")
}

func TestGuardBuiltin(t *testing.T) {
	everywhere(t, `
fn main/0 6
  loadi r0 3
  bif1 r1 r0 erlang:hd/1 no
  ret r1
no:
  loadk r0 :no
  tailx 1 erlang:exit/1
`, "no")
}

func TestRethrowAndNested(t *testing.T) {
	everywhere(t, `
fn main/0 6
outer:
inner:
  loadk r2 :boom
  callx r1 1 erlang:throw/1
mid:
  ret r1
again:
  raise r1 r2 r3
end:
  ret r1
last:
  tuple r0 r1 2
  tailx 1 erlang:exit/1
  catch inner mid again r1
  catch outer end last r1
`, "{throw,boom}")
}

func TestFuns(t *testing.T) {
	everywhere(t, `
fn main/0 8
  loadi r5 10
  loadi r6 20
  fun r0 r5 2 &inner
  loadi r3 5
  callf r2 1 r0
  loadi r1 1
from:
  callf r3 0 r0
to:
  ret r3
handle:
  head r5 r4
  tuple r0 r2 4
  loadk r0 :x
  elem r5 r4 1
  elem r5 r5 1
  tuple r0 r2 4
  tailx 1 erlang:exit/1
  catch from to handle r3
fn inner/1 4 free=2
  free r2 r1 0
  free r3 r1 1
  add r0 r0 r2
  add r0 r0 r3
  ret r0
`, "{35,error,{badarity,{fun,[]}},[]}")
}

func TestApplyAndBadFun(t *testing.T) {
	everywhere(t, `
fn main/0 8
  loadk r5 :t
  loadk r6 :twice
  loadi r1 21
  apply r0 1 r5
  loadi r6 3
from:
  callf r3 0 r6
to:
  ret r3
handle:
  tuple r0 r3 2
  elem r0 r0 1
  tailx 1 erlang:exit/1
  catch from to handle r3
fn twice/1 2
  add r0 r0 r0
  ret r0
`, "{badfun,3}")
}

func TestTailApply(t *testing.T) {
	text := `
fn main/1 8
  loadk r4 :t
  loadk r5 :count
  loadi r3 0
  move r2 r0
from:
  call r1 go/4
to:
  move r0 r1
  tailx 1 erlang:exit/1
handle:
  move r0 r2
  tailx 1 erlang:exit/1
  catch from to handle r1
fnp go/4 4
  tailapply 2 r2
fn count/2 4
  tgti r0 0 done
  addi r0 r0 -1
  addi r1 r1 2
  loadk r2 :t
  loadk r3 :count
  tailapply 2 r2
done:
  move r0 r1
  ret r0
`
	everywhere(t, text, "2000", 1000)
	everywhere(t, strings.Replace(text, "loadk r4 :t", "loadk r4 :erlang", 1), "undef", 1)
}

func TestElement(t *testing.T) {
	everywhere(t, `
fn main/0 8
  loadi r0 10
  loadi r1 20
  tuple r0 r0 2
  element r1 r0 1 erlang:element/2
  element r2 r0 2 erlang:element/2
  element r3 r0 3 erlang:element/2 short
  loadk r2 :wrong
short:
  element r3 r1 1 erlang:element/2 none
  loadk r2 :wrong
none:
from:
  element r3 r0 3 erlang:element/2
to:
  loadk r2 :wrong
handle:
  move r3 r5
  tuple r0 r1 3
  tailx 1 erlang:exit/1
  catch from to handle r4
`, "{10,20,badarg}")
}

// A note that nobody would hear is not made.
func TestNote(t *testing.T) {
	told := 0
	tell := Builtin{Module: "test", Name: "tell", Arity: 1, Note: true, Fn: func(c *Context, args []term.Term) term.Term {
		told++
		return term.AtomOk
	}}
	p := assemble(t, `
fn main/0 3
  loadi r1 1
  callx r0 1 test:tell/1
  tailx 1 erlang:exit/1
`, Config{Builtins: []Builtin{tell}})
	require.Equal(t, "ok", p.run())
	require.Equal(t, 0, told)
	p.Observe(&recorder{})
	require.Equal(t, "ok", p.run())
	require.Equal(t, 1, told)
}

func TestSelect(t *testing.T) {
	text := `
fn main/1 2
  select r0 none 1=one 2=two :x=none
one:
  loadk r0 :one
  tailx 1 erlang:exit/1
two:
  loadk r0 :two
  tailx 1 erlang:exit/1
none:
  loadk r0 :none
  tailx 1 erlang:exit/1
`
	everywhere(t, text, "one", 1)
	everywhere(t, text, "two", 2)
	everywhere(t, text, "none", 3)
}

func TestMaps(t *testing.T) {
	everywhere(t, `
fn main/0 10
  loadk r2 :a
  loadi r3 1
  loadk r4 :b
  loadi r5 2
  mapnew r1 r2 2
  move r2 r1
  loadk r3 :c
  loadi r4 3
  mapput r1 r2 1
  move r2 r1
  loadk r3 :a
  loadi r4 9
  mapset r1 r2 1
  mapgetk r6 r1 no :a
  tmapkeyk r1 no :c
  move r2 r1
  loadk r3 :zz
from:
  mapset r5 r2 1
to:
no:
  ret r5
handle:
  tuple r0 r6 3
  tailx 1 erlang:exit/1
  catch from to handle r7
`, "{9,error,{badkey,zz}}")
}

func TestSelectiveReceive(t *testing.T) {
	everywhere(t, `
fn main/0 6
  self r1
  loadk r2 :one
  send r3 r1 r2
  loadk r2 :two
  send r3 r1 r2
  loadk r2 :three
  send r3 r1 r2
  call r2 take/0
  call r3 any/0
  call r4 any/0
  loadk r1 :messages
  tuple r0 r2 3
  tailx 1 erlang:exit/1
fnp take/0 2
again:
  recv r0 empty
  teqxk r0 other :two
  recvtake 0
  ret r0
other:
  recvnext again
empty:
  recvwait again
fnp any/0 2
again:
  recv r0 empty
  recvtake 0
  ret r0
empty:
  recvwait again
`, "{two,one,three}")
}

func TestReceiveAfter(t *testing.T) {
	everywhere(t, `
fn main/0 7
  loadi r2 0
  call r1 wait/1
  loadi r3 50
  call r2 wait/1
  loadi r3 10
  self r4
  loadk r5 :hello
  callx r2 3 erlang:send_after/3
  loadi r4 1000
  call r3 wait/1
  loadk r5 :bad
from:
  call r4 wait/1
to:
  ret r4
handle:
  tuple r0 r3 3
  tailx 1 erlang:exit/1
  catch from to handle r4
fnp wait/1 3
again:
  recv r1 empty
  recvtake 0
  ret r1
empty:
  recvafter r0 again
  loadk r1 :timeout
  ret r1
`, "{hello,error,timeout_value}")
}

func TestTimers(t *testing.T) {
	everywhere(t, `
fn main/0 8
  loadi r2 100
  self r3
  loadk r4 :a
  callx r1 3 erlang:start_timer/3
  loadi r3 30
  self r4
  loadk r5 :b
  callx r2 3 erlang:start_timer/3
  move r4 r1
  callx r3 1 erlang:cancel_timer/1
  move r5 r1
  callx r4 1 erlang:cancel_timer/1
again:
  recv r5 empty
  recvtake 0
  tuple r0 r3 3
  tailx 1 erlang:exit/1
empty:
  recvwait again
`, "{100,false,{timeout,ref,b}}")
}

func TestLinkExit(t *testing.T) {
	everywhere(t, `
fn main/0 6
  loadk r2 :trap_exit
  loadk r3 :true
  callx r1 2 erlang:process_flag/2
  fun r2 r0 0 &chain
  callx r1 1 erlang:spawn_link/1
again:
  recv r2 empty
  recvtake 0
  move r0 r2
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn chain/0 4 free=0
  fun r2 r0 0 &victim
  callx r1 1 erlang:spawn_link/1
wait:
  recv r1 empty
  recvtake 0
  ret r1
empty:
  recvwait wait
fn victim/0 4 free=0
  loadk r1 :boom
  move r0 r1
  tailx 1 erlang:exit/1
`, "{EXIT,pid,boom}")
}

func TestKill(t *testing.T) {
	everywhere(t, `
fn main/0 8
  fun r2 r0 0 &stubborn
  callx r1 1 erlang:spawn_monitor/1
  elem r2 r1 0
  move r4 r2
  loadk r5 :normal
  callx r3 2 erlang:exit/2     ; ignored
  move r4 r2
  callx r3 1 erlang:is_process_alive/1
  move r5 r2
  loadk r6 :kill
  callx r4 2 erlang:exit/2
  move r5 r2
  callx r4 1 erlang:is_process_alive/1
again:
  recv r5 empty
  recvtake 0
  elem r5 r5 4
  tuple r0 r3 3
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn stubborn/0 4 free=0
wait:
  recv r1 empty
  recvnext wait
empty:
  recvwait wait
`, "{true,false,killed}")
}

func TestMonitors(t *testing.T) {
	everywhere(t, `
fn main/0 9
  fun r2 r0 0 &victim
  callx r1 1 erlang:spawn/1
  loadk r3 :process
  move r4 r1
  callx r2 2 erlang:monitor/2
  loadk r4 :process
  loadk r5 :nobody
  callx r3 2 erlang:monitor/2
  call r4 take/0
  elem r4 r4 3
  loadk r6 :go
  send r6 r1 r6
  call r5 take/0
  elem r5 r5 4
  loadk r7 :process
  move r8 r1
  callx r6 2 erlang:monitor/2
  call r7 take/0
  elem r7 r7 4
  move r6 r7
  tuple r0 r4 3
  tailx 1 erlang:exit/1
fnp take/0 2
again:
  recv r0 empty
  recvtake 0
  ret r0
empty:
  recvwait again
fn victim/0 4 free=0
wait:
  recv r1 empty
  recvtake 0
  loadk r0 :gone
  tailx 1 erlang:exit/1
empty:
  recvwait wait
`, "{{nobody,nonode@nohost},gone,noproc}")
}

func TestDemonitorFlushAndAlias(t *testing.T) {
	everywhere(t, `
fn main/0 9
  loadk r3 :process
  loadk r4 :nobody
  callx r2 2 erlang:monitor/2
  move r4 r2
  loadk r6 :flush
  loadk r7 :info
  loadk r8 []
  cons r7 r7 r8
  cons r5 r6 r7
  callx r3 2 erlang:demonitor/2     ; false: it had fired
  loadk r5 []
  callx r4 1 erlang:alias/1
  loadk r6 :hi
  send r6 r4 r6
  move r6 r4
  callx r5 1 erlang:unalias/1
  loadk r7 :lost
  send r7 r4 r7
  loadi r7 0
  call r6 wait/1
  loadi r8 0
  call r7 wait/1
  move r4 r3
  tuple r0 r4 4
  tailx 1 erlang:exit/1
fnp wait/1 3
again:
  recv r1 empty
  recvtake 0
  ret r1
empty:
  recvafter r0 again
  loadk r1 :timeout
  ret r1
`, "{false,true,hi,timeout}")
}

func TestUncaughtIsReported(t *testing.T) {
	everywhere(t, `
fn main/0 9
  loadk r2 :logger
  self r3
  callx r1 2 erlang:register/2
  fun r2 r0 0 &victim
  callx r1 1 erlang:spawn/1
again:
  recv r1 empty
  recvtake 0
  elem r2 r1 0
  elem r3 r1 1
  elem r4 r1 3
  tuple r0 r2 3
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn victim/0 4 free=0
  line 3
  loadk r1 :oops
  tailcopy r1 1
  tailx 1 erlang:error/1
`, "{log,error,[pid,{oops,[{t,victim,0,[{file,'t.ex'},{line,3}]}]}]}")
}

func TestRegister(t *testing.T) {
	everywhere(t, `
fn main/0 9
  loadk r2 :me
  self r3
  callx r1 2 erlang:register/2
  loadk r1 :me
  loadk r2 :hello
  send r2 r1 r2
  call r2 take/0
  loadk r4 :you
  callx r3 1 erlang:whereis/1
  loadk r4 :you
from:
  send r5 r4 r3
to:
  ret r5
handle:
  tuple r0 r2 2
  tailx 1 erlang:exit/1
  catch from to handle r5
fnp take/0 2
again:
  recv r0 empty
  recvtake 0
  ret r0
empty:
  recvwait again
`, "{hello,undefined}")
}

func TestSuspendResume(t *testing.T) {
	everywhere(t, `
fn main/0 9
  self r2
  fun r2 r2 1 &echo
  callx r1 1 erlang:spawn/1
  move r3 r1
  callx r2 1 erlang:suspend_process/1
  loadk r2 :x
  send r2 r1 r2
  loadi r3 100
  call r2 wait/1
  move r4 r1
  callx r3 1 erlang:resume_process/1
  loadi r4 100
  call r3 wait/1
  tuple r0 r2 2
  tailx 1 erlang:exit/1
fnp wait/1 3
again:
  recv r1 empty
  recvtake 0
  ret r1
empty:
  recvafter r0 again
  loadk r1 :timeout
  ret r1
fn echo/0 4 free=1
  free r1 r0 0
again:
  recv r2 empty
  recvtake 0
  send r2 r1 r2
  ret r2
empty:
  recvwait again
`, "{timeout,x}")
}

func TestHibernate(t *testing.T) {
	everywhere(t, `
fn main/0 9
  self r2
  fun r2 r2 1 &sleeper
  callx r1 1 erlang:spawn/1
  loadi r3 10
  call r2 wait/1
  loadk r3 :wake
  send r3 r1 r3
  loadi r4 100
  call r3 wait/1
  tuple r0 r2 2
  tailx 1 erlang:exit/1
fnp wait/1 3
again:
  recv r1 empty
  recvtake 0
  ret r1
empty:
  recvafter r0 again
  loadk r1 :timeout
  ret r1
fn sleeper/0 8 free=1
  free r1 r0 0
  loadk r2 []
  cons r5 r1 r2
  loadk r3 :t
  loadk r4 :awake
  callx r2 3 erlang:hibernate/3
  ret r2
fn awake/1 4
again:
  recv r2 empty
  recvtake 0
  tuple r1 r2 1
  send r2 r0 r1
  ret r2
empty:
  recvwait again
`, "{timeout,{wake}}")
}

func TestBigMessages(t *testing.T) {
	everywhere(t, `
fn main/1 9
  self r2
  fun r2 r2 1 &echo
  callx r1 1 erlang:spawn/1
  move r3 r0
  callx r2 1 test:iota/1
  send r3 r1 r2
again:
  recv r3 empty
  recvtake 0
  eqx r0 r2 r3
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn echo/0 4 free=1
  free r1 r0 0
again:
  recv r2 empty
  recvtake 0
  send r2 r1 r2
  ret r2
empty:
  recvwait again
`, "true", 3000)
}

func TestSharedBinaries(t *testing.T) {
	everywhere(t, `
fn main/1 9
  move r2 r0
  loadi r3 120
  callx r1 2 test:binary/2
  self r2
  fun r3 r1 2 &echo
  callx r2 1 erlang:spawn/1
again:
  recv r2 empty
  recvtake 0
  bsstart r3 r2 bad
  bsskip r2 r3 binary:100:8 bad
  bsget r4 r2 r3 binary:all:1 bad
  bsstart r3 r4 bad
  bsget r5 r4 r3 integer:16:1 bad
  bsget r6 r4 r3 binary:2:8 bad
  bsskip r4 r3 binary:all:8 bad
  bsend r4 r3 bad
  tuple r0 r5 2
  tailx 1 erlang:exit/1
bad:
  loadk r0 :bad
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn echo/0 6 free=2
  free r1 r0 0
  free r2 r0 1
  bsbuild r1 r0 2 r1=binary:all:8 r1=binary:all:8
  send r3 r2 r1
  ret r2
`, `{30840,"xx"}`, 1000)
}

func TestAppendIsInPlace(t *testing.T) {
	p := assemble(t, `
fn main/1 5
  loadi r2 100
  loadi r3 97
  callx r1 2 test:binary/2
  tail loop/2
fnp loop/2 5
  tgti r0 0 done
  loadi r2 98
  bsbuild r1 r0 2 r1=binary:all:8 r2=integer:8:1
  addi r0 r0 -1
  tail loop/2
done:
  move r0 r1
  tailx 1 erlang:exit/1
`, Config{})
	out := p.run(100_000)
	assert.Len(t, out, 100_102)
	assert.Less(t, p.Space().Usage().Total, int64(4<<20))
	p.check()
}

func TestRecvMarkSkipsOldMessages(t *testing.T) {
	everywhere(t, `
fn main/1 9
  self r1
fill:
  tgti r0 0 filled
  send r2 r1 r0
  addi r0 r0 -1
  jmp fill
filled:
  callx r2 0 erlang:make_ref/0
  send r3 r1 r2
  recvmark r2
again:
  recv r3 empty
  teqx r3 r2 other
  recvtake 0
  jmp done
other:
  recvnext again
empty:
  recvwait again
done:
  callx r4 0 erlang:garbage_collect/0
first:
  recv r3 none
  recvtake 0
  move r0 r3
  tailx 1 erlang:exit/1
none:
  recvwait first
`, "100", 100)
}

func TestProcessDictionary(t *testing.T) {
	everywhere(t, `
fn main/0 9
  loadk r2 :k
  loadi r5 1
  tuple r3 r5 1
  callx r1 2 erlang:put/2
  callx r2 0 erlang:garbage_collect/0
  loadk r3 :k
  callx r2 1 erlang:get/1
  tuple r0 r1 2
  tailx 1 erlang:exit/1
`, "{undefined,{1}}")
}

func TestMaxHeap(t *testing.T) {
	text := `
fn main/0 6
  fun r2 r0 0 &eater
  callx r1 1 erlang:spawn_monitor/1
again:
  recv r2 empty
  recvtake 0
  elem r0 r2 4
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn eater/0 4 free=0
  loadk r1 []
more:
  cons r1 r1 r1
  tail grow/2
fnp grow/2 4
  cons r1 r1 r1
  tail grow/2
`
	p := assemble(t, text, Config{MaxHeapWords: 100_000})
	require.Equal(t, "killed", p.run())
	p.check()
	p = assemble(t, text, Config{MaxMemory: 1 << 20})
	require.Equal(t, "killed", p.run())
	p.check()
}

func TestProcessLimit(t *testing.T) {
	p := assemble(t, `
fn main/0 6
from:
  fun r2 r0 0 &main2
  callx r1 1 erlang:spawn/1
  jmp from
to:
  ret r1
handle:
  move r0 r2
  tailx 1 erlang:exit/1
  catch from to handle r1
fn main2/0 2 free=0
empty:
  recvwait empty
`, Config{MaxProcesses: 50})
	require.Equal(t, "system_limit", p.run())
	assert.Equal(t, 49, p.Count())
}

// The same seed gives the same run, whatever the budget of each Run is.
func TestDeterminism(t *testing.T) {
	text := `
fn main/0 6
  self r1
  loadi r2 20
spawning:
  tgti r2 0 collect
  move r3 r2
  tuple r4 r1 3
  fun r4 r4 1 &worker
  callx r3 1 erlang:spawn/1
  addi r2 r2 -1
  jmp spawning
collect:
  loadi r2 0
  loadk r3 []
again:
  recv r4 empty
  recvtake 0
  cons r3 r4 r3
  addi r2 r2 1
  tlti r2 20 done
  jmp again
empty:
  recvwait again
done:
  move r0 r3
  tailx 1 erlang:exit/1
fn worker/0 6 free=1
  free r1 r0 0
  elem r2 r1 1
  elem r1 r1 0
  move r4 r2
  loadi r5 1000
  mul r4 r4 r5
  call r3 spin/1
  send r3 r1 r2
  ret r3
fnp spin/1 2
  tgti r0 0 done
  addi r0 r0 -1
  tail spin/1
done:
  ret r0
`
	run := func(seed uint64, budget int64) string {
		p := assemble(t, text, Config{Seed: seed})
		pid := p.start("main")
		out := ""
		p.Watch(pid, func(e Exit) { out = show(e.Reason) })
		for !p.Run(budget).Idle {
		}
		return out
	}
	first := run(7, 1<<40)
	assert.Equal(t, first, run(7, 1<<40))
	assert.Equal(t, first, run(7, 1))
	assert.NotEqual(t, first, run(8, 1<<40))
}

func TestHalt(t *testing.T) {
	p := assemble(t, `
fn main/0 3
  loadi r2 3
  callx r1 1 erlang:halt/1
again:
  jmp again
`, Config{})
	p.run()
	require.NotNil(t, p.Halted())
	assert.Equal(t, 3, p.Halted().Status)
}

func TestCodeReplacement(t *testing.T) {
	text := func(n string) string {
		return `
fn main/0 4
again:
  callx r0 0 t:version/0
  recv r1 empty
  recvtake 0
  tnil r1 stay
  tailx 0 t:main/0      ; into the new code
stay:
  callx r1 0 t:version/0
  callx r2 0 t:old/0
  tuple r0 r0 2
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn version/0 1
  loadi r0 ` + n + `
  ret r0
fn old/0 1
  ret r0
`
	}
	p := assemble(t, text("1"), Config{})
	pid := p.start("main")
	out := ""
	p.Watch(pid, func(e Exit) { out = show(e.Reason) })
	p.settle()
	next := assemble(t, text("2"), Config{})
	require.NoError(t, p.Load(next.Loaded(term.Atom("t"))))
	assert.True(t, p.HasOld(term.Atom("t")))
	assert.True(t, p.RunsOld(pid, term.Atom("t")))
	assert.False(t, p.SoftPurge(term.Atom("t")))
	p.Post(pid, func(term.Allocator) term.Term { return term.Nil })
	p.settle()
	assert.True(t, p.SoftPurge(term.Atom("t")))
	p.Post(pid, func(term.Allocator) term.Term { return term.True })
	p.settle()
	assert.Equal(t, "{2,2}", out)
}

func TestLimitsInsideBuiltins(t *testing.T) {
	text := `
fn main/1 9
  fun r2 r0 1 &eater
  callx r1 1 erlang:spawn_monitor/1
again:
  recv r2 empty
  recvtake 0
  elem r0 r2 4
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn eater/0 6 free=1
  free r2 r0 0
from:
  loadi r3 97
  callx r1 2 test:binary/2
  callx r1 1 test:iota/1
  ret r1
handle:
  move r0 r2
  tailx 1 erlang:exit/1
  catch from handle handle r1
`
	p := assemble(t, text, Config{MaxMemory: 4 << 20})
	assert.Equal(t, "system_limit", p.run(1<<26))
	p.check()
	p = assemble(t, `
fn main/1 9
  fun r2 r0 1 &eater
  callx r1 1 erlang:spawn_monitor/1
again:
  recv r2 empty
  recvtake 0
  elem r0 r2 4
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn eater/0 6 free=1
  free r2 r0 0
  callx r1 1 test:iota/1
  ret r1
`, Config{MaxMemory: 4 << 20})
	assert.Equal(t, "killed", p.run(1<<20))
	p.check()
}

// A long chain of links dies without a stack.
func TestLinkChain(t *testing.T) {
	p := assemble(t, `
fn main/1 9
  loadk r2 :trap_exit
  loadk r3 :true
  callx r1 2 erlang:process_flag/2
  fun r2 r0 1 &chain
  callx r1 1 erlang:spawn_link/1
again:
  recv r2 empty
  recvtake 0
  move r0 r2
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn chain/0 6 free=1
  free r1 r0 0
  tgti r1 0 last
  addi r1 r1 -1
  fun r3 r1 1 &chain
  callx r2 1 erlang:spawn_link/1
wait:
  recv r1 empty
  recvtake 0
  ret r1
empty:
  recvwait wait
last:
  self r1
  loadk r2 :kill
  callx r0 2 erlang:exit/2
  ret r0
`, Config{})
	assert.Equal(t, "{EXIT,pid,killed}", p.run(50_000))
	assert.Zero(t, p.Count())
	p.check()
}

// A caller's frame reaches further down than its callee's: a collection in the
// callee must leave room for it.
func TestCollectionLeavesRoomForCallers(t *testing.T) {
	everywhere(t, `
fn main/0 40
  call r1 small/0
  move r39 r1
  move r38 r39
  loadk r37 []
  cons r36 r38 r37
  tuple r0 r36 4
  tailx 1 erlang:exit/1
fnp small/0 2
  callx r0 0 erlang:garbage_collect/0
  ret r0
`, "{[true],[],true,true}")
}

// Binaries are let go of although the heap that refers to them is hardly used.
func TestBinariesAreCollected(t *testing.T) {
	p := assemble(t, `
fn main/1 5
loop:
  tgti r0 0 done
  loadi r2 1000000
  loadi r3 97
  callx r1 2 test:binary/2
  addi r0 r0 -1
  jmp loop
done:
  loadk r0 :ok
  tailx 1 erlang:exit/1
`, Config{MaxMemory: 20 << 20})
	assert.Equal(t, "ok", p.run(200))
	p.check()
}

func TestFaultsInBuiltins(t *testing.T) {
	for _, fault := range []func(args []term.Term) term.Term{
		func(args []term.Term) term.Term { return args[len(args)] },
		func(args []term.Term) term.Term { return term.Int(int64(len(strings.Repeat("x", len(args)-1)))) },
	} {
		var faults []string
		p := assemble(t, `
fn main/0 5
from:
  callx r1 0 test:fault/0
to:
  ret r1
handle:
  elem r0 r2 0
  tailx 1 erlang:exit/1
  catch from to handle r1
`, Config{
			Fault: func(where string, err error, stack []byte) { faults = append(faults, where) },
			Builtins: []Builtin{{Module: "test", Name: "fault", Arity: 0, Fn: func(c *Context, args []term.Term) term.Term {
				return fault(args)
			}}},
		})
		assert.Equal(t, "internal_error", p.run())
		assert.Equal(t, []string{"test:fault"}, faults)
		p.check()
	}
}

// A mailbox that is never read, and processes that are never let go, end at
// the limit on memory.
func TestFloodAndBomb(t *testing.T) {
	p := assemble(t, `
fn main/0 6
  fun r2 r0 0 &sleeper
  callx r1 1 erlang:spawn_monitor/1
  elem r2 r1 0
flood:
  loadk r3 :x
  tuple r4 r3 1
  send r4 r2 r4
  recv r4 empty
  elem r0 r4 4
  tailx 1 erlang:exit/1
empty:
  call r4 pause/0
  jmp flood
fnp pause/0 1
  ret r0
fn sleeper/0 2 free=0
wait:
  recv r1 empty
  recvnext wait
empty:
  recvwait wait
`, Config{MaxMemory: 16 << 20})
	assert.Equal(t, "killed", p.run())
	assert.Less(t, p.Space().Usage().Total, int64(40<<20))
	p.check()

	p = assemble(t, `
fn main/0 6
from:
  fun r2 r0 0 &sleeper
  callx r1 1 erlang:spawn/1
  loadi r2 1000000
  self r3
  loadk r4 :x
  callx r1 3 erlang:send_after/3
  jmp from
to:
  ret r1
handle:
  move r0 r2
  tailx 1 erlang:exit/1
  catch from to handle r1
fn sleeper/0 2 free=0
wait:
  recv r1 empty
  recvnext wait
empty:
  recvwait wait
`, Config{MaxMemory: 16 << 20})
	assert.Equal(t, "system_limit", p.run())
}

// A million sleepers must fit in a page: what one takes is counted in full.
func TestBytesOfASleeper(t *testing.T) {
	const sleepers = 1000
	p := assemble(t, `
fn main/1 4
again:
  tgti r0 0 done
  fun r2 r0 0 &sleep
  callx r1 1 erlang:spawn/1
  addi r0 r0 -1
  jmp again
done:
  recv r1 none
none:
  recvwait done
fn sleep/0 4 free=0
loop:
  recv r1 empty
  recvnext loop
empty:
  loadi r2 60000
  recvafter r2 loop
  ret r0
`, Config{})
	p.start("main", 0)
	p.Run(1 << 20)
	before, _, _, _, _, _ := p.Memory()
	p.start("main", sleepers)
	p.Run(1 << 20)
	after, _, _, _, _, _ := p.Memory()
	assert.LessOrEqual(t, (after-before)/sleepers, int64(260))
}
