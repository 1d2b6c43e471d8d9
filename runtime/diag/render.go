package diag

// Message writes the message of an exception, as Exception.message/1 gives it.
func Message(d *Diagnostic) string { return d.Message }
