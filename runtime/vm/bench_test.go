package vm

import "testing"

func bench(b *testing.B, text string, args ...int) {
	b.Helper()
	p := assemble(b, text, Config{})
	for b.Loop() {
		p.run(args...)
	}
}

func BenchmarkFib27(b *testing.B) { bench(b, fibText, 27) }

func BenchmarkSum10M(b *testing.B) {
	bench(b, `
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
`, 10_000_000)
}

func BenchmarkRing1M(b *testing.B) { bench(b, ringText, 999, 1_000_000) }

func BenchmarkPingPong1M(b *testing.B) {
	bench(b, `
fn main/1 6
  fun r3 r0 0 &pong
  callx r2 1 erlang:spawn/1
  move r1 r2
  tail ping/2
fnp ping/2 6
  tgti r0 0 done
  loadk r2 :ping
  self r3
  tuple r4 r2 2
  send r4 r1 r4
again:
  recv r4 empty
  teqxk r4 other :pong
  recvtake 0
  addi r0 r0 -1
  tail ping/2
other:
  recvnext again
empty:
  recvwait again
done:
  loadk r2 :stop
  send r4 r1 r2
  tailx 1 erlang:exit/1
fn pong/0 4 free=0
again:
  recv r1 empty
  ttagged r1 2 stop :ping
  elem r2 r1 1
  recvtake 0
  loadk r3 :pong
  send r3 r2 r3
  tail pong/0
empty:
  recvwait again
stop:
  ret r1
`, 1_000_000)
}

func BenchmarkList1M(b *testing.B) {
	bench(b, `
fn main/1 6
  move r2 r0
  loadk r3 []
  call r1 build/2
  move r3 r1
  loadk r4 []
  loadk r1 []
  call r2 rev/2
  loadi r5 3
  fun r3 r5 1 &f
  move r4 r2
  loadk r2 []
  call r2 map/2
  loadi r0 0
  move r1 r2
  tail sum/2
fnp build/2 2
  tgti r0 0 done
  cons r1 r0 r1
  addi r0 r0 -1
  tail build/2
done:
  ret r1
fnp rev/2 3
  tcons r0 done
  uncons r2 r0 r0
  cons r1 r2 r1
  tail rev/2
done:
  ret r1
fnp map/2 6
  tcons r1 done
  head r3 r1
  callf r2 1 r0
  move r4 r0
  rest r5 r1
  call r3 map/2
  cons r2 r2 r3
  ret r2
done:
  ret r1
fn f/1 4 free=1
  free r2 r1 0
  loadi r3 2
  mul r3 r0 r3
  add r3 r3 r2
  ret r3
fnp sum/2 3
  tcons r1 done
  uncons r2 r1 r1
  add r0 r0 r2
  tail sum/2
done:
  tailx 1 erlang:exit/1
`, 1_000_000)
}

func BenchmarkSpawnBlocked100K(b *testing.B) {
	text := `
fn main/1 6
  loadk r1 []
  tail make/2
fnp make/2 5
  tgti r0 0 made
  fun r3 r0 0 &blocked
  callx r2 1 erlang:spawn/1
  cons r1 r2 r1
  addi r0 r0 -1
  tail make/2
made:
  tcons r1 done
  uncons r2 r1 r1
  loadk r3 :stop
  send r3 r2 r3
  jmp made
done:
  tailx 1 erlang:exit/1
fn blocked/0 2 free=0
again:
  recv r1 empty
  recvtake 0
  ret r1
empty:
  recvwait again
`
	p := assemble(b, text, Config{})
	for b.Loop() {
		p.run(100_000)
	}
	b.ReportMetric(float64(p.Space().Usage().Total)/100_000, "B/process")
}
