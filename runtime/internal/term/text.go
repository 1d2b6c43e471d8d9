package term

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// FormatFloat writes a float with as few digits as read back to the same
// float, always with a point: float_to_binary(F, [short]). It chooses the
// shorter one of plain digits and an exponent (plain digits when both are as
// long); from 2**53 on it is always the exponent.
func FormatFloat(f float64) string {
	text := strconv.FormatFloat(math.Abs(f), 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	exp, _ := strconv.Atoi(exponent)
	sign := ""
	if math.Signbit(f) {
		sign = "-"
	}
	if f == 0 {
		return sign + "0.0"
	}
	return sign + placePoint(digits, exp+1, math.Abs(f) >= 1<<53)
}

// placePoint puts the point before digit number place of the digits.
func placePoint(digits string, place int, large bool) string {
	n := len(digits)
	exp := strconv.Itoa(place - 1)
	cost := len(exp) + 2 // of writing an exponent rather than zeros
	if n == 1 {
		cost++
	}
	switch {
	case large:
	case place <= 0:
		if 2-place <= cost {
			return "0." + strings.Repeat("0", -place) + digits
		}
	case place < n:
		return digits[:place] + "." + digits[place:]
	default:
		if place-n+2 <= cost {
			return digits + strings.Repeat("0", place-n) + ".0"
		}
	}
	if n == 1 {
		return digits + ".0e" + exp
	}
	return digits[:1] + "." + digits[1:] + "e" + exp
}

// ParseFloat reads a float as Erlang writes it: digits, a point and digits,
// perhaps signed, perhaps with an exponent. It must be finite.
func ParseFloat(s string) (float64, bool) {
	i := 0
	digits := func() bool {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i > start
	}
	sign := func() {
		if i < len(s) && (s[i] == '-' || s[i] == '+') {
			i++
		}
	}
	sign()
	if !digits() || i >= len(s) || s[i] != '.' {
		return 0, false
	}
	i++
	if !digits() {
		return 0, false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		sign()
		if !digits() {
			return 0, false
		}
	}
	if i != len(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// ParseInteger reads an integer in a base of 2 to 36: digits, letters of
// either case, perhaps signed. When ok is false, the term is the reason
// (AtomBadarg, AtomSystemLimit).
func ParseInteger(m Allocator, s string, base int) (t Term, ok bool) {
	digits := s
	if s != "" && (s[0] == '-' || s[0] == '+') {
		digits = s[1:]
	}
	if digits == "" {
		return AtomBadarg, false
	}
	for i := 0; i < len(digits); i++ {
		if d := digitValue(digits[i]); d < 0 || d >= base {
			return AtomBadarg, false
		}
	}
	if i, err := strconv.ParseInt(s, base, 64); err == nil {
		return MakeInt(m, i), true
	}
	if float64(len(digits))*math.Log2(float64(base)) > MaxBigWords*64+64 && strings.TrimLeft(digits, "0") == digits {
		return AtomSystemLimit, false
	}
	z, ok := new(big.Int).SetString(s, base)
	if !ok {
		return AtomBadarg, false
	}
	if !FitsLimit(z) {
		return AtomSystemLimit, false
	}
	return FromBig(m, z), true
}

func digitValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return -1
}

// FormatInteger writes an integer in a base of 2 to 36, letters in upper case.
func FormatInteger(t Term, base int) string {
	if t.IsInt() {
		s := strconv.FormatInt(t.Int(), base)
		if base > 10 {
			return strings.ToUpper(s)
		}
		return s
	}
	var z big.Int
	s := viewBig(t, &z).Text(base)
	if base > 10 {
		return strings.ToUpper(s)
	}
	return s
}
