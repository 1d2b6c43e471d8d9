package session

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/runtime/trace"
	"vivarium/visual"
)

var update = flag.Bool("update", false, "rewrite the tables in web/protocol.ts and the goldens")

const (
	mirror = "../../web/protocol.ts"
	begin  = "// --- generated from visual/message.go and wasm/session: go test ./wasm/session -update ---\n"
	end    = "// --- end of the generated part ---\n"
)

// tables is every message: the scene's and the session's.
func tables() []visual.MessageInfo {
	return append(append([]visual.MessageInfo(nil), visual.Messages...), Messages...)
}

func TestProtocolIsDocumented(t *testing.T) {
	for _, m := range tables() {
		assert.NotEmpty(t, m.Doc, "%T", m.Zero)
	}
	names := map[string]bool{}
	for _, r := range Requests {
		assert.NotEmpty(t, r.Doc, r.Do)
		assert.False(t, names[r.Do], r.Do)
		names[r.Do] = true
	}
	for _, m := range visual.Messages {
		assert.Less(t, m.Op, uint8(64))
	}
	for _, m := range Messages {
		assert.GreaterOrEqual(t, m.Op, uint8(64))
	}
}

// The scene's mirrors of the trace's enumerations have the same names.
func TestEnumerationsFollowTheTrace(t *testing.T) {
	for _, e := range Enumerations {
		switch e.Zero.(type) {
		case visual.Shape:
			assert.Equal(t, trace.Shapes(), e.Names)
		case visual.Out:
			assert.Equal(t, trace.Outs(), e.Names)
		}
	}
}

func TestMirrorIsInStep(t *testing.T) {
	source, err := os.ReadFile(mirror)
	require.NoError(t, err)
	head, rest, found := strings.Cut(string(source), begin)
	require.True(t, found, "the mark of the generated part")
	old, tail, found := strings.Cut(rest, end)
	require.True(t, found, "the mark of its end")
	generated := typeScript()
	if *update {
		require.NoError(t, os.WriteFile(mirror, []byte(head+begin+generated+end+tail), 0o644))
		return
	}
	assert.Equal(t, generated, old, "run go test ./wasm/session -update")
}

// Node decodes, with the page's own decoder, a batch that has every message
// with every field set.
func TestMirrorDecodes(t *testing.T) {
	var batch []byte
	var want []any
	for i, m := range tables() {
		v := reflect.New(reflect.TypeOf(m.Zero)).Elem()
		fill(v, i)
		batch = Wire.Append(batch, v.Interface())
		want = append(want, plain(v, messageName(m)))
	}
	dir := t.TempDir()
	built := api.Build(api.BuildOptions{
		EntryPoints: []string{mirror}, Outfile: filepath.Join(dir, "protocol.mjs"),
		Format: api.FormatESModule, Write: true, LogLevel: api.LogLevelSilent,
	})
	require.Empty(t, built.Errors)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "batch"), batch, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "run.mjs"), []byte(`
import { readFileSync } from "node:fs";
import { decode } from "./protocol.mjs";
const bytes = readFileSync(new URL("batch", import.meta.url));
const messages = decode(bytes);
process.stdout.write(JSON.stringify(messages, (_, v) => v instanceof Uint8Array ? [...v] : v));
`), 0o644))
	out, err := exec.Command("node", filepath.Join(dir, "run.mjs")).CombinedOutput()
	require.NoError(t, err, "%s", out)
	var got []any
	require.NoError(t, json.Unmarshal(out, &got))
	require.Len(t, got, len(want))
	for i := range want {
		wanted, err := json.Marshal(want[i])
		require.NoError(t, err)
		decoded, err := json.Marshal(got[i])
		require.NoError(t, err)
		assert.JSONEq(t, string(wanted), string(decoded))
	}

	back, err := Wire.Decode(batch)
	require.NoError(t, err)
	assert.Len(t, back, len(want))
}

func TestParseRequest(t *testing.T) {
	for _, c := range []struct {
		in   string
		want any
		err  string
	}{
		{`{"do":"run","source":"1 + 1","file":"a.exs","seed":7,"perSecond":4.5}`, Run{Source: "1 + 1", File: "a.exs", Seed: 7, PerSecond: 4.5}, ""},
		{`{"do":"stop"}`, Stop{}, ""},
		{`{"do":"watch","views":["crowd"]}`, WatchViews{[]string{"crowd"}}, ""},
		{`{"do":"control","node":105,"what":"kill"}`, Control{Node: 105, What: "kill"}, ""},
		{`{"do":"jump"}`, nil, `no request is called "jump"`},
		{`{"do":"control","nod":105}`, nil, `unknown field "nod"`},
		{`{"do":"control","node":"b"}`, nil, "request control"},
		{`[]`, nil, "request"},
	} {
		got, err := ParseRequest([]byte(c.in))
		if c.err != "" {
			assert.ErrorContains(t, err, c.err, c.in)
			continue
		}
		require.NoError(t, err, c.in)
		assert.Equal(t, c.want, got)
	}
	for _, r := range Requests {
		got, err := ParseRequest(fmt.Appendf(nil, `{"do":%q}`, r.Do))
		require.NoError(t, err)
		assert.Equal(t, r.Zero, got)
	}
}

// fill sets every field to something that tells it from the others.
func fill(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Uint64:
		v.SetUint(uint64(n+1) * 1_000_003 * 1_000)
	case reflect.Int:
		v.SetInt(-int64(n) * 77)
	case reflect.Float64:
		v.SetFloat(float64(n) + 0.25)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("größe %d", n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range 3 {
			fill(v.Index(i), n+i)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n+i)
		}
	}
}

// plain gives what the page sees of a value.
func plain(v reflect.Value, typ string) any {
	for _, e := range Enumerations {
		if v.Type() == reflect.TypeOf(e.Zero) {
			return e.Names[v.Uint()]
		}
	}
	switch v.Kind() {
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, plain(v.Index(i), ""))
		}
		return list
	case reflect.Struct:
		object := map[string]any{}
		if typ != "" {
			object["type"] = typ
		}
		for i := range v.NumField() {
			object[fieldName(v.Type().Field(i).Name)] = plain(v.Field(i), "")
		}
		return object
	}
	return v.Interface()
}

// fieldName turns a Go name into the page's: ChildID into childId.
func fieldName(name string) string {
	if name == "ID" {
		return "id"
	}
	name = strings.TrimSuffix(name, "ID") + strings.Repeat("Id", strings.Count(name, "ID"))
	return strings.ToLower(name[:1]) + name[1:]
}

func messageName(m visual.MessageInfo) string { return fieldName(reflect.TypeOf(m.Zero).Name()) }

// typeScript writes the generated part of the mirror.
func typeScript() string {
	var b strings.Builder
	enums := map[reflect.Type]bool{}
	for _, e := range Enumerations {
		t := reflect.TypeOf(e.Zero)
		enums[t] = true
		quoted := make([]string, len(e.Names))
		for i, n := range e.Names {
			quoted[i] = fmt.Sprintf("%q", n)
		}
		fmt.Fprintf(&b, "\nexport type %s =\n  | %s;\n", t.Name(), strings.Join(quoted, "\n  | "))
	}

	// Structs that messages are made of come first.
	var structs []reflect.Type
	seen := map[reflect.Type]bool{}
	var visit func(t reflect.Type)
	visit = func(t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i).Type
			if f.Kind() == reflect.Slice {
				f = f.Elem()
			}
			if f.Kind() == reflect.Struct && !seen[f] {
				seen[f] = true
				visit(f)
				structs = append(structs, f)
			}
		}
	}
	for _, m := range tables() {
		visit(reflect.TypeOf(m.Zero))
	}
	inMessages := len(structs)
	for _, r := range Requests {
		visit(reflect.TypeOf(r.Zero))
	}
	inRequests := structs[inMessages:]
	structs = structs[:inMessages]
	tsType := func(t reflect.Type) string {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch {
		case enums[t], t.Kind() == reflect.Struct:
			return t.Name()
		case t.Kind() == reflect.String:
			return "string"
		case t.Kind() == reflect.Bool:
			return "boolean"
		case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
			return "Uint8Array"
		case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
			return "readonly string[]"
		case t.Kind() == reflect.Slice && (t.Elem().Kind() == reflect.Uint64 || t.Elem().Kind() == reflect.Int || t.Elem().Kind() == reflect.Float64):
			return "readonly number[]"
		case t.Kind() == reflect.Slice:
			return "readonly " + t.Elem().Name() + "[]"
		}
		return "number"
	}
	wire := func(t reflect.Type) string {
		prefix := ""
		if t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 {
			prefix, t = "*", t.Elem()
		}
		switch {
		case enums[t], t.Kind() == reflect.Struct:
			return prefix + t.Name()
		case t.Kind() == reflect.Slice:
			return "bytes"
		case t.Kind() == reflect.Uint64:
			return prefix + "uint"
		case t.Kind() == reflect.Float64:
			return prefix + "float"
		}
		return prefix + t.Kind().String()
	}
	body := func(t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i)
			fmt.Fprintf(&b, "  readonly %s: %s;\n", fieldName(f.Name), tsType(f.Type))
		}
		b.WriteString("}\n")
	}
	for _, t := range structs {
		fmt.Fprintf(&b, "\n/** Part of messages. */\nexport interface %s {\n", t.Name())
		body(t)
	}
	for _, m := range tables() {
		t := reflect.TypeOf(m.Zero)
		fmt.Fprintf(&b, "\n/** %s */\nexport interface %s {\n  readonly type: %q;\n", m.Doc, t.Name(), messageName(m))
		body(t)
	}
	b.WriteString("\n/** Everything a batch can hold. */\nexport type Message =\n")
	for i, m := range tables() {
		fmt.Fprintf(&b, "  | %s%s\n", reflect.TypeOf(m.Zero).Name(), map[bool]string{true: ";"}[i == len(tables())-1])
	}

	for _, t := range inRequests {
		fmt.Fprintf(&b, "\n/** Part of requests. */\nexport interface %s {\n", t.Name())
		for i := range t.NumField() {
			f := t.Field(i)
			fmt.Fprintf(&b, "  readonly %s: %s;\n", f.Tag.Get("json"), tsType(f.Type))
		}
		b.WriteString("}\n")
	}

	b.WriteString("\n/** Everything the page can ask for; send it as JSON. */\nexport type Request =\n")
	for i, r := range Requests {
		t := reflect.TypeOf(r.Zero)
		fmt.Fprintf(&b, "  /** %s */\n  | { readonly do: %q", r.Doc, r.Do)
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() {
				fmt.Fprintf(&b, "; readonly %s?: %s", f.Tag.Get("json"), tsType(f.Type))
			}
		}
		fmt.Fprintf(&b, " }%s\n", map[bool]string{true: ";"}[i == len(Requests)-1])
	}

	b.WriteString("\nconst enumerations: Readonly<Record<string, readonly string[]>> = {\n")
	for _, e := range Enumerations {
		fmt.Fprintf(&b, "  %s: [", reflect.TypeOf(e.Zero).Name())
		for i, n := range e.Names {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%q", n)
		}
		b.WriteString("],\n")
	}
	fields := func(t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i)
			fmt.Fprintf(&b, "    [%q, %q],\n", fieldName(f.Name), wire(f.Type))
		}
	}
	b.WriteString("};\n\nconst structs: Readonly<Record<string, Fields>> = {\n")
	for _, t := range structs {
		fmt.Fprintf(&b, "  %s: [\n", t.Name())
		fields(t)
		b.WriteString("  ],\n")
	}
	b.WriteString("};\n\nconst messages: Readonly<Record<number, readonly [string, Fields]>> = {\n")
	for _, m := range tables() {
		fmt.Fprintf(&b, "  %d: [%q, [\n", m.Op, messageName(m))
		fields(reflect.TypeOf(m.Zero))
		b.WriteString("  ]],\n")
	}
	b.WriteString("};\n\n")
	return b.String()
}
