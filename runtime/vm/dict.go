package vm

import "vivarium/runtime/internal/term"

func (c *Context) dictionary() term.Term {
	if x := c.m.extraIf(c.p); x != nil {
		return x.roots[rootDictionary]
	}
	return 0
}

// Get returns the value of a key in the process dictionary; undefined when
// there is none: get/1.
func (c *Context) Get(key term.Term) term.Term {
	if d := c.dictionary(); d != 0 {
		if v, ok := term.MapGet(d, key); ok {
			return v
		}
	}
	return term.AtomUndefined
}

// Put stores a value in the process dictionary and returns the one before, or
// undefined: put/2.
func (c *Context) Put(key, value term.Term) term.Term {
	old := c.Get(key)
	x := c.m.extraOf(c.p)
	d := x.roots[rootDictionary]
	if d == 0 {
		d = term.EmptyMap(c)
	}
	x.roots[rootDictionary] = term.MapPut(c, d, key, value)
	return old
}

// Erase takes a key out of the process dictionary and returns its value, or
// undefined: erase/1.
func (c *Context) Erase(key term.Term) term.Term {
	if d := c.dictionary(); d != 0 {
		if out, v, ok := term.MapRemove(c, d, key); ok {
			c.m.extraOf(c.p).roots[rootDictionary] = out
			return v
		}
	}
	return term.AtomUndefined
}

// EraseAll empties the process dictionary and returns what was in it, as a
// map: erase/0.
func (c *Context) EraseAll() term.Term {
	d := c.Dictionary()
	if x := c.m.extraIf(c.p); x != nil {
		x.roots[rootDictionary] = 0
	}
	return d
}

// Dictionary returns the process dictionary as a map.
func (c *Context) Dictionary() term.Term {
	if d := c.dictionary(); d != 0 {
		return d
	}
	return term.EmptyMap(c)
}
