package code

func Verify(m *Module) error { return nil }
