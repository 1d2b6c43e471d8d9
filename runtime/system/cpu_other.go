//go:build !unix

package system

import "time"

var begin = time.Now()

// worked is the time since the program began: what it has used of it is not
// known here.
func worked() time.Duration { return time.Since(begin) }
