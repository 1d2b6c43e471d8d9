package bif

import (
	"math"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var mathBuiltins = []vm.Builtin{
	{Module: "math", Name: "acos", Arity: 1, Fn: math1(math.Acos)},
	{Module: "math", Name: "acosh", Arity: 1, Fn: math1(math.Acosh)},
	{Module: "math", Name: "asin", Arity: 1, Fn: math1(math.Asin)},
	{Module: "math", Name: "asinh", Arity: 1, Fn: math1(math.Asinh)},
	{Module: "math", Name: "atan", Arity: 1, Fn: math1(math.Atan)},
	{Module: "math", Name: "atan2", Arity: 2, Fn: math2(math.Atan2)},
	{Module: "math", Name: "atanh", Arity: 1, Fn: math1(math.Atanh)},
	{Module: "math", Name: "cbrt", Arity: 1, Fn: math1(math.Cbrt)},
	{Module: "math", Name: "ceil", Arity: 1, Fn: math1(math.Ceil)},
	{Module: "math", Name: "cos", Arity: 1, Fn: math1(math.Cos)},
	{Module: "math", Name: "cosh", Arity: 1, Fn: math1(math.Cosh)},
	{Module: "math", Name: "erf", Arity: 1, Fn: math1(math.Erf)},
	{Module: "math", Name: "erfc", Arity: 1, Fn: math1(math.Erfc)},
	{Module: "math", Name: "exp", Arity: 1, Fn: math1(math.Exp)},
	{Module: "math", Name: "exp2", Arity: 1, Fn: math1(math.Exp2)},
	{Module: "math", Name: "expm1", Arity: 1, Fn: math1(math.Expm1)},
	{Module: "math", Name: "floor", Arity: 1, Fn: math1(math.Floor)},
	{Module: "math", Name: "fmod", Arity: 2, Fn: math2(math.Mod)},
	{Module: "math", Name: "log", Arity: 1, Fn: math1(math.Log)},
	{Module: "math", Name: "log10", Arity: 1, Fn: math1(math.Log10)},
	{Module: "math", Name: "log1p", Arity: 1, Fn: math1(math.Log1p)},
	{Module: "math", Name: "log2", Arity: 1, Fn: math1(math.Log2)},
	{Module: "math", Name: "pi", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.Float(c, math.Pi) }},
	{Module: "math", Name: "pow", Arity: 2, Fn: math2(math.Pow)},
	{Module: "math", Name: "sin", Arity: 1, Fn: math1(math.Sin)},
	{Module: "math", Name: "sinh", Arity: 1, Fn: math1(math.Sinh)},
	{Module: "math", Name: "sqrt", Arity: 1, Fn: math1(math.Sqrt)},
	{Module: "math", Name: "tan", Arity: 1, Fn: math1(math.Tan)},
	{Module: "math", Name: "tanh", Arity: 1, Fn: math1(math.Tanh)},
	{Module: "math", Name: "tau", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return term.Float(c, 2*math.Pi) }},
}

func math1(f func(float64) float64) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		if !args[0].IsNumber() {
			return c.BadArg()
		}
		x, ok := term.ToFloat(args[0])
		if !ok {
			return c.BadArith()
		}
		return mathResult(c, f(x))
	}
}

func math2(f func(x, y float64) float64) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		if !args[0].IsNumber() || !args[1].IsNumber() {
			return c.BadArg()
		}
		x, ok1 := term.ToFloat(args[0])
		y, ok2 := term.ToFloat(args[1])
		if !ok1 || !ok2 {
			return c.BadArith()
		}
		return mathResult(c, f(x, y))
	}
}

func mathResult(c *vm.Context, f float64) term.Term {
	t, ok := term.MakeFloat(c, f)
	if !ok {
		return c.BadArith()
	}
	return t
}
