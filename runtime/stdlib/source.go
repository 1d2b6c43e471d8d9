//go:build !js

package stdlib

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strings"
)

// The page has the image only; its weight matters.
//
//go:embed all:lib
var source embed.FS

// Source is a file of the library and the modules that it defines.
type Source struct {
	Path    string // "lib/enum.ex"
	Text    string
	Modules []string // "Elixir.Enum"
}

// definition finds the modules a file defines at its top level.
var definition = regexp.MustCompile(`(?m)^(defmodule|defprotocol|defimpl)\s+([\w.:!?]+)(?:,\s*for:\s*([\w.:]+))?`)

// Sources returns the files of the library, in the order of their paths.
func Sources() ([]Source, error) {
	var out []Source
	err := fs.WalkDir(source, "lib", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".ex" {
			return err
		}
		text, err := source.ReadFile(p)
		if err != nil {
			return err
		}
		s := Source{Path: p, Text: string(text)}
		for _, m := range definition.FindAllStringSubmatch(s.Text, -1) {
			name := moduleName(m[2])
			if m[1] == "defimpl" {
				name = moduleName(m[2] + "." + m[3])
			}
			s.Modules = append(s.Modules, name)
		}
		if len(s.Modules) == 0 {
			return fmt.Errorf("%s defines no module", p)
		}
		out = append(out, s)
		return nil
	})
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out, err
}

func moduleName(text string) string {
	if name, ok := strings.CutPrefix(text, ":"); ok {
		return name
	}
	return "Elixir." + text
}
