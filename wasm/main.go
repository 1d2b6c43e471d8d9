//go:build js && wasm

// The machine in the browser: a session behind one exported function and a
// block of shared memory.
//
// The page's worker (web/border.ts) writes a request into the request buffer,
// its length into the block, and calls tick; tick acts on it, lets the given
// milliseconds pass and leaves the address and length of a batch in the block.
// The block is five numbers of 32 bits: address and capacity of the request
// buffer, length of the request (0 for none), address and length of the batch
// (0 for none). Its address is globalThis.vivarium.block.
package main

import (
	"runtime/debug"
	"time"
	"unsafe"

	"github.com/hack-pad/safejs"

	"vivarium/wasm/session"
)

// version is the version of Elixir that the machine speaks.
const version = "1.20.4"

var (
	block   [5]uint32
	request [2 << 20]byte // room for the longest program, escaped as JSON
	live    *session.Session
)

// softMemory is where Go's collector begins to work harder: above what the
// machine's own limit lets a program use, well below what a tab may have.
const softMemory = 1200 << 20

func main() {
	debug.SetMemoryLimit(softMemory)
	begin := time.Now()
	live = session.New(session.Config{
		Make: session.OnSystem(begin.UnixNano()), Version: version, Assistant: session.NewAssistant(begin.UnixNano()),
		Now: func() float64 { return float64(time.Since(begin)) / float64(time.Millisecond) },
	})
	block[0] = uint32(uintptr(unsafe.Pointer(&request)))
	block[1] = uint32(len(request))
	if err := publish(); err != nil {
		panic("setting globalThis.vivarium: " + err.Error())
	}
	select {} // from here on tick does the work
}

// publish tells the page where the block is.
func publish() error {
	door, err := safejs.ValueOf(map[string]any{"block": int(uintptr(unsafe.Pointer(&block)))})
	if err != nil {
		return err
	}
	return safejs.Global().Set("vivarium", door)
}

// tick is the one way in.
//
//go:wasmexport tick
func tick(milliseconds float64) {
	if n := block[2]; n > 0 {
		block[2] = 0
		live.Request(request[:n])
	}
	batch := live.Tick(milliseconds)
	block[3], block[4] = 0, uint32(len(batch))
	if len(batch) > 0 {
		block[3] = uint32(uintptr(unsafe.Pointer(&batch[0])))
	}
}
