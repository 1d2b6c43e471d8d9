// A program that asks much of Go's runtime: growing stacks, collections while they are deep, goroutines that wait in the
// middle of calls, deferred calls and panics through wrappers, reflection. It prints what it finds, always the same.
package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
)

type tree struct {
	left, right *tree
	value       int
}

func grow(depth int) *tree {
	if depth == 0 {
		return nil
	}
	return &tree{grow(depth - 1), grow(depth - 1), depth}
}

func (t *tree) sum() int {
	if t == nil {
		return 0
	}
	return t.value + t.left.sum() + t.right.sum()
}

// deep keeps pointers in every frame of a stack that has to be moved several times.
func deep(n int, held *tree) int {
	own := &tree{value: n, left: held}
	var pad [20]int
	for i := range pad {
		pad[i] = n + i
	}
	if n == 0 {
		runtime.GC()
		return pad[3]
	}
	if n%1000 == 0 {
		runtime.GC()
	}
	r := deep(n-1, own)
	return r + own.value - n + own.left.value - held.value + pad[7] - pad[7]
}

type shape interface{ area() int }
type square struct{ side int }

func (s square) area() int { return s.side * s.side }

type named struct {
	shape
	name string
}

type closer struct{ log *[]string }

func (c closer) Close()          { *c.log = append(*c.log, "closed") }
func (c *closer) recoverAndLog() { *c.log = append(*c.log, fmt.Sprint("recovered ", recover())) }

func try(f func()) (result string) {
	defer func() {
		if r := recover(); r != nil {
			var e runtime.Error
			if err, ok := r.(error); ok && errors.As(err, &e) {
				result = "runtime error: " + strings.TrimPrefix(err.Error(), "runtime error: ")
				return
			}
			result = fmt.Sprint("panic: ", r)
		}
	}()
	f()
	return "fine"
}

func notRecovered() {
	defer func() {
		func() { recover() }() // not called by a deferred call directly
	}()
	panic("through")
}

func deferredInLoop() (out []int) {
	for i := range 5 {
		defer func() { out = append(out, i) }()
	}
	return nil
}

func branches(words []string) string {
	var b strings.Builder
outer:
	for i, w := range words {
		switch {
		case w == "skip":
			continue
		case w == "end":
			break outer
		case len(w) > 3:
			for j := range w {
				if w[j] == 'x' {
					continue outer
				}
				if w[j] == 'q' {
					goto done
				}
			}
			fallthrough
		default:
			fmt.Fprintf(&b, "%d:%s ", i, w)
		}
	}
done:
	return b.String()
}

func pipeline() int {
	numbers, squares := make(chan int), make(chan int, 3)
	var wait sync.WaitGroup
	for range 4 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for n := range numbers {
				runtime.Gosched()
				squares <- n * n
			}
		}()
	}
	go func() {
		for i := range 1000 {
			numbers <- i
		}
		close(numbers)
		wait.Wait()
		close(squares)
	}()
	sum := 0
	for s := range squares {
		sum += s
	}
	return sum
}

func biggest[T int | float64 | string](values ...T) (m T) {
	for _, v := range values {
		m = max(m, v)
	}
	return m
}

// verse is the only function that looks at this text.
//
//go:noinline
func verse() string { return "Und scheint die Sonne noch so schön, am Ende muss sie untergehn." }

func main() {
	fmt.Println(strings.ToUpper(verse()))
	fmt.Println("sum", grow(16).sum())
	fmt.Println("deep", deep(20000, &tree{value: 1}))
	fmt.Println("pipeline", pipeline())

	var log []string
	c := closer{&log}
	fmt.Println(try(func() {
		var closing interface{ Close() } = &c // through a wrapper
		defer closing.Close()
		defer c.recoverAndLog()
		defer notRecovered()
	}), log)
	fmt.Println(deferredInLoop())
	var none *square
	var pointed shape = none
	var empty []int
	var missing map[string]int
	zero := len(empty)
	for _, f := range []func(){
		func() { notRecovered() },
		func() { pointed.area() },
		func() { _ = named{}.area() },
		func() { _ = empty[zero+3] },
		func() { _ = 7 / zero },
		func() { missing["a"] = 1 },
		func() { _ = any(3).(string) },
		func() { _ = (*tree)(nil).left },
		func() { panic(fmt.Errorf("wrapped: %w", os.ErrNotExist)) },
		func() { _ = make([]int, zero-1) },
	} {
		fmt.Println(try(f))
	}
	fmt.Println(branches([]string{"a", "skip", "long", "xylophone", "quit", "never"}), branches([]string{"b", "end", "c"}))
	fmt.Println(biggest(3, 9, 4), biggest("x", "yy", "abc"), biggest(1.5, -2))

	swap := reflect.MakeFunc(reflect.TypeOf(func(int, string) (string, int) { return "", 0 }), func(in []reflect.Value) []reflect.Value {
		runtime.GC()
		return []reflect.Value{in[1], in[0]}
	}).Interface().(func(int, string) (string, int))
	fmt.Println(swap(1, "one"))
	method := reflect.ValueOf(named{square{4}, "four"}).Field(0).Elem()
	fmt.Println(method.Type(), reflect.TypeOf(square{}).NumField())

	done := make(chan string)
	go func() {
		select {
		case <-time.After(time.Millisecond):
			done <- "timer"
		case <-time.After(time.Minute):
			done <- "late"
		}
	}()
	fmt.Println(<-done)
	words := strings.Fields("the quick brown fox jumps over the lazy dog")
	sort.Slice(words, func(i, j int) bool {
		return len(words[i]) < len(words[j]) || len(words[i]) == len(words[j]) && words[i] < words[j]
	})
	fmt.Println(words)
	counts := map[string]int{}
	for i := range 5000 {
		counts[fmt.Sprint(i%97)]++
	}
	fmt.Println(len(counts), counts["13"])
	finished := make(chan bool)
	func() {
		t := grow(3)
		runtime.SetFinalizer(t, func(*tree) { close(finished) })
	}()
	runtime.GC()
	<-finished
	fmt.Println("finalized")
}
