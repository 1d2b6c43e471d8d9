package vm

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const fibText = `
fn main/1 4
  move r2 r0
  call r1 fib/1
  tailcopy r1 1
  tailx 1 erlang:exit/1
fnp fib/1 4
  tlti r0 2 rec
  ret r0
rec:
  addi r2 r0 -1
  call r1 fib/1
  addi r3 r0 -2
  call r2 fib/1
  add r0 r1 r2
  ret r0
`

func TestFib(t *testing.T) { everywhere(t, fibText, "6765", 20) }

func TestSum(t *testing.T) {
	everywhere(t, `
fn main/1 2
  loadi r1 0
  tail sum/2
fnp sum/2 2
  tgti r0 0 done
  add r1 r1 r0
  addi r0 r0 -1
  tail sum/2
done:
  move r0 r1
  tailx 1 erlang:exit/1
`, "50005000", 10000)
}

func TestDeepRecursion(t *testing.T) {
	everywhere(t, `
fn main/1 5
  move r2 r0
  call r1 build/1
  move r3 r1
  loadi r4 0
  call r2 sum/2
  move r0 r2
  tailx 1 erlang:exit/1
fnp build/1 4
  tgti r0 0 nil
  addi r2 r0 -1
  call r1 build/1
  cons r1 r0 r1
  ret r1
nil:
  loadk r1 []
  ret r1
fnp sum/2 4
  tcons r0 done
  uncons r2 r0 r0
  add r1 r1 r2
  tail sum/2
done:
  ret r1
`, "4501500", 3000)
}

func TestBigIntegers(t *testing.T) {
	everywhere(t, `
fn main/1 3
  loadi r1 1
  tail fact/2
fnp fact/2 3
  tgti r0 0 done
  mul r1 r1 r0
  addi r0 r0 -1
  tail fact/2
done:
  move r0 r1
  tailx 1 erlang:exit/1
`, "15511210043330985984000000", 25)
}

const ringText = `
; main(members, hops): a ring; the message is the hops left
fn main/2 6
  self r2
  move r3 r2
  tail make/4
fnp make/4 7           ; members left, hops, main, next
  tgti r0 0 made
  fun r5 r2 2 &member
  callx r4 1 erlang:spawn/1
  move r3 r4
  addi r0 r0 -1
  tail make/4
made:
  send r4 r3 r1
  tail wait/4
fnp wait/4 7
again:
  recv r4 empty
  recvtake 0
  teqxk r4 pass :done
  move r0 r4
  tailx 1 erlang:exit/1
pass:                  ; main is part of the ring
  tgti r4 0 stop
  addi r4 r4 -1
  send r5 r3 r4
  jmp again
stop:
  loadk r4 :stop
  send r5 r3 r4
  loadk r0 :done
  tailx 1 erlang:exit/1
empty:
  recvwait again
fn member/0 5 free=2
  free r1 r0 0         ; main
  free r2 r0 1         ; next
again:
  recv r3 empty
  recvtake 0
  ttype r3 integer stop
  tgti r3 0 done
  addi r3 r3 -1
  send r4 r2 r3
  jmp again
done:
  loadk r3 :done
  send r4 r1 r3
  jmp again
stop:
  send r4 r2 r3
  ret r3
empty:
  recvwait again
`

func TestRing(t *testing.T) { everywhere(t, ringText, "done", 10, 1000) }

func TestRingManyHops(t *testing.T) {
	p := assemble(t, ringText, Config{})
	require.Equal(t, "done", p.run(1000, 100_000))
}
