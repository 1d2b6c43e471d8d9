package lower

import "vivarium/runtime/elixir/quoted"

func (t *translator) comprehension(args quoted.List, line int, value bool) expr {
	t.fail("for: not yet")
	return nil
}
