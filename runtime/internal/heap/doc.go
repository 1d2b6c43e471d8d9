// Package heap is the memory of a machine: blocks, the heap of a process with
// its copying collection, message copy, literal areas, and binaries kept
// outside of heaps.
//
// # Blocks
//
// A Space cuts blocks of 16, 32, 64 ... words from chunks of 1 MB. Chunks are
// Go memory without pointers, held by the Space and never moved, so addresses
// are absolute. A block given back goes onto the free list of its size, whose
// links run through the blocks themselves. WebAssembly memory does not shrink
// and pages touched once are warm, so nothing is handed back to Go, except for
// blocks so large (8 MB and up) that keeping more than one of each size would
// waste more than it saves.
//
// # A process's heap
//
// Heap and stack of a process share one block: the heap grows up from Base to
// HP, the stack down from the block's end; Limit divides the two and moves when
// one side needs room that the other has.
//
//	Base        HP          Limit              FP           end
//	| terms ... | free ...  | 0 0 0 0 | frames, return words |
//
// Every word from Limit to the end is a valid term whenever the process may be
// collected: fresh stack is zero, and a return word looks like a small integer.
// So collection needs no maps of live registers. It moves what the stack, the
// mailbox and the given roots reach (Cheney's algorithm: a queue made of the
// copied objects themselves, no recursion).
//
// # Generations
//
// A large heap has two: what survives a second collection moves to blocks of
// its own, which are left alone until they have doubled (see old). Terms point
// to older ones only, so nothing old points to what is young and there is no
// remembered set; the cells of the mailbox, the one thing that is changed, do
// not become old.
//
// # Terms outside
//
// What lies neither in the block nor in a fragment of a process is a literal:
// never moved, never copied with a message. Fragments are room that built-ins
// take when the heap is full; the collection that follows merges them.
package heap
