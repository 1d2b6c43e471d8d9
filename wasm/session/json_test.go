package session

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// what is what a request may have in it.
type what struct {
	Text  string   `json:"text"`
	Count int      `json:"count"`
	Big   uint64   `json:"big"`
	Ratio float64  `json:"ratio"`
	Yes   bool     `json:"yes"`
	Maybe *bool    `json:"maybe"`
	List  []string `json:"list"`
	Cells []Cell   `json:"cells"`
}

// What encoding/json reads of such texts, readBody reads the same.
func TestReadsJSONAsEncodingJSON(t *testing.T) {
	for _, text := range []string{
		`{}`,
		` { "text" : "a" , "count" : -12 } `,
		`{"text":"\"\\\/\b\f\n\r\té😀\ud83dx\ude00"}`,
		`{"text":"é😀 <&> \u2028"}`,
		`{"big":18446744073709551615,"ratio":1.5e-3,"count":0}`,
		`{"ratio":12,"yes":true,"maybe":false}`,
		`{"ratio":-0.25E2,"yes":false,"maybe":null,"list":null}`,
		`{"list":[],"cells":[]}`,
		`{"list":["a","b"],"cells":[{"file":"a.exs","source":"1"},{"source":"2"},{}]}`,
		"\t{\n\"yes\":\rtrue}",
		`{"yes":true,"yes":false}`,
	} {
		var want, got what
		require.NoError(t, json.Unmarshal([]byte(text), &want), text)
		require.NoError(t, readBody([]byte(text), reflect.ValueOf(&got).Elem()), text)
		assert.Equal(t, want, got, text)
	}
}

func TestReadsNoBrokenJSON(t *testing.T) {
	for _, text := range []string{
		``, `{`, `}`, `[]`, `1`, `{"text"}`, `{"text":}`, `{"text":1}`, `{"text":"a}`, "{\"text\":\"a\nb\"}", `{"text":"\x"}`, `{"text":"\u12"}`,
		`{"text":"\u12g4"}`, `{"text":"\`, `{"text":"a",}`, `{"text":"a" "count":1}`, `{,}`, `{"count":1.5}`, `{"count":"1"}`, `{"count":--1}`,
		`{"count":99999999999999999999}`, `{"big":-1}`, `{"ratio":}`, `{"ratio":1e999}`, `{"yes":1}`, `{"yes":truth}`, `{"maybe":tru`, `{"list":{}}`,
		`{"list":["a",]}`, `{"list":["a"`, `{"list":[1]}`, `{"cells":[{"file":1}]}`, `{"cells":[{"nothing":1}]}`, `{"other":1}`, `{"Text":"a"}`, `{text:"a"}`,
	} {
		_, headErr := readHead([]byte(text))
		var got what
		bodyErr := readBody([]byte(text), reflect.ValueOf(&got).Elem())
		assert.Error(t, bodyErr, text)
		if !json.Valid([]byte(text)) || text == "[]" || text == "1" {
			assert.Error(t, headErr, text)
		}
	}
	_, err := readHead([]byte(`{"do":"stop"} {}`))
	require.Error(t, err)
	do, err := readHead([]byte(`{"a":[1,{"b":null}],"do":"stop","c":{"do":"run"},"d":true,"e":-1.5}`))
	require.NoError(t, err)
	assert.Equal(t, "stop", do)
}

func FuzzParseRequest(f *testing.F) {
	for _, text := range []string{`{"do":"run","before":[{"file":"a"}],"observe":false}`, `{"do":"seek","seq":1}`, `{"do":"watch","views":["\ud83d\ude00"]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, err := ParseRequest(text); err == nil {
			assert.NotNil(t, got)
		}
	})
}
