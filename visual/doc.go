// Package visual turns the events of a run into the picture of it: a scene of
// processes, mailboxes, links and what travels between them.
//
// # The model
//
// Scene is a fold: Apply takes one trace event and changes the scene, and the
// same events always give the same scene. What changed since the last look is
// taken with Delta as messages (message.go lists them) and crosses to the page
// in one binary batch a frame (wire.go). Clone makes a keyframe; a keyframe and
// the events after it give any later moment again, and Full describes a scene
// from nothing, for a page that jumps to it.
//
// # Time
//
// Events carry the machine's virtual time. The scene has a clock of its own,
// in milliseconds, that Advance moves; flights and the other movements start
// at a time of that clock and last for a beat or more. So a movement is data,
// and a pause, a seek or a page without motion needs nothing special. Weight
// says how many beats an event takes, which stages an action in parts: the
// exit signal travels, the process dies, the supervisor acts, the child returns.
//
// # What is shown
//
// Of many processes under one parent the first ones are nodes and the rest are
// one group node with a count. At most MaxMovers movements are shown at once,
// what else travels meanwhile is merged into pulses with a count. System
// processes are not shown unless asked for. A restarted child takes the place
// of the one before it.
package visual
