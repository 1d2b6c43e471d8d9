package vm

// Local returns what a package of built-ins keeps for this machine under a
// key, a type of its own; init makes it when there is nothing yet.
func (m *Machine) Local(key any, init func() any) any {
	v, ok := m.locals[key]
	if !ok {
		if m.locals == nil {
			m.locals = map[any]any{}
		}
		v = init()
		m.locals[key] = v
	}
	return v
}
