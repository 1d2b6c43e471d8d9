package lessons

import _ "embed"

// Template is a lesson to begin with. It has one of each thing that a lesson can
// have, and passes every check.
//
//go:embed template.livemd
var Template string
