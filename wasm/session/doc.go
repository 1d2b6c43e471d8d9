// Package session is the page's side of a machine: it takes requests, runs the
// machine in short slices at the pace the viewer wants, and answers with one
// batch of messages a frame. It knows nothing of the browser.
//
// # Requests
//
// A request is a JSON object whose field "do" names it; request.go lists them
// all with their fields. Requests are answered in the batches that follow.
//
// # Batches
//
// A batch is a row of messages in the binary form of package visual: the
// scene's messages (visual.Messages) and the session's own (Messages). The
// page asks for one a frame with Tick, giving the milliseconds that passed. An
// empty batch means that nothing changed.
//
// # Pace
//
// The machine runs ahead of what is shown by no more than one slice: its
// events wait in a queue, and so many of them are shown a second as the pace
// says (an event weighs as many beats as visual.Weight says). When the queue is
// empty the machine gets its next slice. With an unlimited pace all events of a
// slice are shown at once, merged. So an endless loop never keeps a request
// waiting: no slice is longer than a few milliseconds.
//
// Output is an event like the others, so the console and the stage agree.
//
// # Time
//
// The machine's clock is virtual and is moved by the session: it follows the
// time that Tick brings while something is shown at the pace, and when all
// processes wait, it goes on to the next timer, after a pause on the stage that
// a viewer can see but that is never longer than maxIdle. With an unlimited pace
// it follows real time.
//
// # The page's mirror
//
// web/protocol.ts is the mirror of the requests and messages in TypeScript. A
// test generates its tables from the ones here and compares (go test -update
// rewrites them), and lets node decode a batch with it.
package session
