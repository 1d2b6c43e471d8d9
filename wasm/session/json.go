package session

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonReader reads JSON into structs of requests. It knows what the page's JSON.stringify writes (RFC 8259), and of Go's
// types those that requests have. encoding/json is a hundred times as large, and every visitor would load it.
type jsonReader struct {
	text []byte
	at   int
}

// readHead reads the field "do" of a request, "" if it has none.
func readHead(text []byte) (do string, err error) {
	r := jsonReader{text: text}
	err = r.fields(func(name string) error {
		if name != "do" {
			return r.skip()
		}
		do, err = r.str()
		return err
	})
	return do, errors.Join(err, r.end())
}

// readBody reads all other fields into a variable. They go by the names in the struct's json tags; one that it does not
// have is an error.
func readBody(text []byte, into reflect.Value) error {
	r := jsonReader{text: text}
	return r.fields(func(name string) error {
		if name == "do" {
			return r.skip()
		}
		return r.field(into, name)
	})
}

func (r *jsonReader) wrong(what string) error {
	return fmt.Errorf("byte %d of the JSON: %s", r.at, what)
}

// space skips white space and returns the byte after it, 0 at the end.
func (r *jsonReader) space() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take skips white space and, if it is what follows, a mark.
func (r *jsonReader) take(mark byte) bool {
	if r.space() != mark || mark == 0 {
		return false
	}
	r.at++
	return true
}

// word skips a word that is what follows.
func (r *jsonReader) word(word string) bool {
	if end := r.at + len(word); end <= len(r.text) && string(r.text[r.at:end]) == word {
		r.at = end
		return true
	}
	return false
}

func (r *jsonReader) value(into reflect.Value) error {
	if r.space() == 'n' && r.word("null") {
		return nil // as if it were not there
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return r.value(into.Elem())
	case reflect.Struct:
		return r.fields(func(name string) error { return r.field(into, name) })
	case reflect.Slice:
		list := reflect.MakeSlice(into.Type(), 0, 0)
		err := r.elements(func() error {
			list = reflect.Append(list, reflect.Zero(into.Type().Elem()))
			return r.value(list.Index(list.Len() - 1))
		})
		into.Set(list)
		return err
	case reflect.String:
		text, err := r.str()
		into.SetString(text)
		return err
	case reflect.Bool:
		yes := r.word("true")
		if !yes && !r.word("false") {
			return r.wrong("true or false is missing")
		}
		into.SetBool(yes)
		return nil
	default:
		return r.number(into)
	}
}

// fields reads an object, with a function that reads the value of a field.
func (r *jsonReader) fields(value func(name string) error) error {
	if !r.take('{') {
		return r.wrong("an object is missing")
	}
	for first := true; !r.take('}'); first = false {
		if !first && !r.take(',') {
			return r.wrong("a comma or the end of the object is missing")
		}
		name, err := r.str()
		if err != nil {
			return err
		}
		if !r.take(':') {
			return r.wrong("a colon is missing")
		}
		if err := value(name); err != nil {
			return err
		}
	}
	return nil
}

// field reads the value of a struct's field.
func (r *jsonReader) field(of reflect.Value, name string) error {
	field := fieldOf(of, name)
	if !field.IsValid() {
		return r.wrong("unknown field " + strconv.Quote(name))
	}
	return r.value(field)
}

// fieldOf finds the field with a name; the result is not valid when there is none.
func fieldOf(of reflect.Value, name string) reflect.Value {
	for i := range of.NumField() {
		if f := of.Type().Field(i); f.IsExported() && f.Tag.Get("json") == name {
			return of.Field(i)
		}
	}
	return reflect.Value{}
}

// elements reads a list, with a function that reads an element.
func (r *jsonReader) elements(value func() error) error {
	if !r.take('[') {
		return r.wrong("a list is missing")
	}
	for first := true; !r.take(']'); first = false {
		if !first && !r.take(',') {
			return r.wrong("a comma or the end of the list is missing")
		}
		if err := value(); err != nil {
			return err
		}
	}
	return nil
}

// skip reads a value that nobody wants yet.
func (r *jsonReader) skip() error {
	switch c := r.space(); {
	case c == '{':
		return r.fields(func(string) error { return r.skip() })
	case c == '[':
		return r.elements(r.skip)
	case c == '"':
		_, err := r.str()
		return err
	case r.word("null") || r.word("true") || r.word("false"):
		return nil
	}
	var number float64
	return r.number(reflect.ValueOf(&number).Elem())
}

// end makes sure that nothing follows.
func (r *jsonReader) end() error {
	if r.space(); r.at < len(r.text) {
		return r.wrong("something follows its end")
	}
	return nil
}

func (r *jsonReader) number(into reflect.Value) error {
	from := r.at
	for r.at < len(r.text) && (r.text[r.at] >= '0' && r.text[r.at] <= '9' || r.text[r.at] == '-' || r.text[r.at] == '+' || r.text[r.at] == '.' || r.text[r.at]|0x20 == 'e') {
		r.at++
	}
	digits := string(r.text[from:r.at])
	var err error
	switch kind := into.Kind(); kind {
	case reflect.Int:
		var n int64
		n, err = strconv.ParseInt(digits, 10, 64)
		into.SetInt(n)
	case reflect.Uint64:
		var n uint64
		n, err = strconv.ParseUint(digits, 10, 64)
		into.SetUint(n)
	case reflect.Float64:
		var n float64
		n, err = strconv.ParseFloat(digits, 64)
		into.SetFloat(n)
	default:
		panic("BUG: no request has a " + kind.String())
	}
	if errors.Is(err, strconv.ErrRange) {
		return r.wrong(digits + " is too large a number")
	}
	if err != nil {
		return r.wrong("a number is missing")
	}
	return nil
}

// str reads a string. What is no UTF-8 becomes U+FFFD.
func (r *jsonReader) str() (string, error) {
	if !r.take('"') {
		return "", r.wrong("a text is missing")
	}
	var out []byte
	for from := r.at; r.at < len(r.text); {
		switch c := r.text[r.at]; {
		case c == '"':
			out = append(out, r.text[from:r.at]...)
			r.at++
			if !utf8.Valid(out) {
				return string([]rune(string(out))), nil
			}
			return string(out), nil
		case c < ' ':
			return "", r.wrong("a control character in a text")
		case c == '\\':
			out = append(out, r.text[from:r.at]...)
			r.at++
			char, err := r.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, char)
			from = r.at
		default:
			r.at++
		}
	}
	return "", r.wrong("a text does not end")
}

// escape reads what follows a backslash.
func (r *jsonReader) escape() (rune, error) {
	if r.at == len(r.text) {
		return 0, r.wrong("a text does not end")
	}
	c := r.text[r.at]
	r.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		char, err := r.hex()
		if err != nil || !utf16.IsSurrogate(char) {
			return char, err
		}
		// Half a character: the other half follows, or it is lost.
		before := r.at
		if r.word(`\u`) {
			if second, err := r.hex(); err != nil {
				return 0, err
			} else if whole := utf16.DecodeRune(char, second); whole != utf8.RuneError {
				return whole, nil
			}
			r.at = before
		}
		return utf8.RuneError, nil
	}
	return 0, r.wrong("a backslash before something else")
}

// hex reads four hexadecimal digits.
func (r *jsonReader) hex() (rune, error) {
	if r.at+4 > len(r.text) {
		return 0, r.wrong("four digits are missing")
	}
	n, err := strconv.ParseUint(string(r.text[r.at:r.at+4]), 16, 16)
	if err != nil {
		return 0, r.wrong("four digits are missing")
	}
	r.at += 4
	return rune(n), nil
}
