// Command program jumps in all the ways that Go knows, and prints what comes of
// it.
package main

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
)

// name is a switch with many cases.
func name(n int) string {
	switch n {
	case 0:
		return "zero"
	case 1:
		return "one"
	case 2:
		return "two"
	case 3, 4, 5:
		return "few"
	case 6:
		return "six"
	case 7:
		return "seven"
	case 8:
		return "eight"
	case 20:
		return "twenty"
	case 200:
		return "two hundred"
	case 1 << 40:
		return "many"
	case -1:
		return "minus one"
	}
	return "other"
}

// run interprets a program of bytes: a loop around a switch, with jumps.
func run(program []byte, limit int) (acc, steps int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("at step %d: %v", steps, r)
		}
	}()
	pc := 0
next:
	if steps++; steps > limit {
		return acc, steps, errors.New("limit")
	}
	switch program[pc] {
	case 0:
		return acc, steps, nil
	case 1:
		acc++
		pc++
		goto next
	case 2:
		acc *= 2
		pc++
		if program[pc] == 1 {
			goto next
		}
		goto next
	case 3:
		acc -= int(program[pc+1])
		pc += 2
		goto next
	case 4:
		if acc > 0 {
			pc -= int(program[pc+1])
		} else {
			pc += 2
		}
		goto next
	case 5:
		for i := range acc {
			acc += i & 1
		}
		pc++
		goto next
	case 6:
		acc = len(fmt.Sprint(acc))
		pc++
		goto next
	case 7:
		panic("seven")
	case 8:
		acc /= int(program[pc+1])
		pc += 2
		goto next
	case 9:
		pc += int(program[pc+1])
		goto next
	}
	return acc, steps, fmt.Errorf("no instruction %d", program[pc])
}

// sieve has loops within loops and no calls.
func sieve(n int) (count int) {
	composite := make([]bool, n)
outer:
	for i := 2; i < n; i++ {
		if composite[i] {
			continue outer
		}
		count++
		for j := i * i; j < n; j += i {
			if j == 9999 {
				continue outer
			}
			composite[j] = true
		}
	}
	return count
}

// collatz loops with its condition in the middle.
func collatz(n int) (steps int) {
	for {
		if n&1 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
		steps++
		if n == 1 {
			return steps
		}
	}
}

func find(words []string, want string) int {
	for i, w := range words {
		for j := 0; j < len(w) && j < len(want); j++ {
			if w[j] != want[j] {
				break
			}
			if j == len(want)-1 {
				return i
			}
		}
	}
	return -1
}

// pipeline suspends and resumes goroutines in the middle of loops.
func pipeline(n int) int {
	numbers, squares, done := make(chan int), make(chan int, 3), make(chan struct{})
	go func() {
		for i := range n {
			numbers <- i
		}
		close(numbers)
	}()
	for w := range 3 {
		go func() {
			for x := range numbers {
				switch x % 7 {
				case 0, 1, 2:
					squares <- x * x
				case 3:
					squares <- x + w*0
				case 4, 5:
					squares <- -x
				default:
					squares <- 1
				}
			}
			done <- struct{}{}
		}()
	}
	sum, left := 0, 3
	for left > 0 {
		select {
		case s := <-squares:
			sum += s
		case <-done:
			left--
		}
	}
	for {
		select {
		case s := <-squares:
			sum += s
			continue
		default:
		}
		return sum
	}
}

func main() {
	for _, n := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 199, 200, 201, 255, 256, 1 << 32, 1<<32 + 1, 1 << 40, -1, -2} {
		fmt.Println(n, name(n))
	}
	for _, p := range [][]byte{{1, 1, 2, 0}, {1, 2, 5, 6, 0}, {1, 4, 1}, {1, 7}, {1, 8, 0}, {1, 9, 2, 7, 1, 0}, {77}, {1, 3, 2, 4, 3, 2, 0}, {1}} {
		fmt.Println(run(p, 1000))
	}
	fmt.Println(sieve(10007), collatz(27), find(strings.Fields("this is it"), "it"), pipeline(500))
	words := strings.Fields("the quick brown fox jumps over the lazy dog")
	sort.Strings(words)
	fmt.Println(words, len(os.Args))
	var missing map[string]int
	func() {
		defer func() { fmt.Println(recover()) }()
		missing["x"] = 1
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		fmt.Println(words[len(words)])
	}()
	func() {
		defer func() { fmt.Println(recover() != nil) }()
		var p *[4]int
		fmt.Println(p[1])
	}()
}
