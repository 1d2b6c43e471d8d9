package site

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"vivarium/internal/slim"
	"vivarium/lessons"
)

// ordinary are programs as people write them, beside the lessons'.
//
//go:embed ordinary/*.exs
var ordinary embed.FS

// program is a run as the page asks for it; wasm/session has the request.
type program struct {
	Do      string       `json:"do"`
	File    string       `json:"file"`
	Source  string       `json:"source"`
	Before  []beforeCell `json:"before"`
	Seed    uint64       `json:"seed"`
	Observe bool         `json:"observe"`
	Value   bool         `json:"value"`
	Ask     []question   `json:"ask"`

	Schedulers int `json:"schedulers"`
}

type beforeCell struct {
	File   string `json:"file"`
	Source string `json:"source"`
}

type question struct {
	Ask  string   `json:"ask"`
	When []string `json:"when"`
}

// usualPrograms are what visitors run: every cell of the lessons, the examples, and programs of the ordinary kind. The checks
// of exercises are not among them: they take ExUnit, which is loaded with the first one.
func usualPrograms() ([]program, error) {
	course, err := lessons.Load()
	if err != nil {
		return nil, err
	}
	examples, err := lessons.Examples()
	if err != nil {
		return nil, err
	}
	var list []program
	for _, l := range append(course, examples...) {
		for _, c := range l.Cells() {
			p := program{Do: "run", File: c.FileOf(), Source: c.Source, Seed: c.Stage.Seed, Observe: !c.Stage.Unwatched,
				Schedulers: c.Stage.Schedulers, Value: true, Before: []beforeCell{}, Ask: []question{}}
			for _, b := range l.Before(c) {
				p.Before = append(p.Before, beforeCell{b.FileOf(), b.Source})
			}
			for _, prediction := range c.Predict {
				q := question{Ask: prediction.Ask}
				for _, choice := range prediction.Choices {
					q.When = append(q.When, choice.When)
				}
				p.Ask = append(p.Ask, q)
			}
			list = append(list, p)
		}
	}
	files, err := fs.Glob(ordinary, "ordinary/*.exs")
	if err != nil {
		return nil, fmt.Errorf("reading the ordinary programs: %w", err)
	}
	for _, name := range files {
		source, err := ordinary.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the ordinary programs: %w", err)
		}
		list = append(list, program{Do: "run", File: path.Base(name), Source: string(source), Observe: true, Before: []beforeCell{}, Ask: []question{}})
	}
	return list, nil
}

// profile are functions of the machine, by the numbers that slim.Split takes.
type profile struct {
	First []int `json:"first"` // what the front page takes
	Usual []int `json:"usual"` // what the usual programs take besides
}

// called runs the front page's program and the usual ones on the machine, under Node, and returns the functions that they
// call.
func called(ctx context.Context, root string, machine []byte) (*profile, error) {
	usual, err := usualPrograms()
	if err != nil {
		return nil, err
	}
	living, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(livingFile)))
	if err != nil {
		return nil, fmt.Errorf("profiling the machine: %w", err)
	}
	first := []program{{Do: "run", File: "program.exs", Source: string(living), Observe: true, Before: []beforeCell{}, Ask: []question{}}}
	watched, err := slim.Watch(machine)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "vivarium-profile-")
	if err != nil {
		return nil, fmt.Errorf("profiling the machine: %w", err)
	}
	defer os.RemoveAll(dir)
	script, err := bundleProfile(root)
	if err != nil {
		return nil, err
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	input, err := json.Marshal(map[string]any{"machine": file("machine.wasm"), "first": first, "usual": usual})
	if err != nil {
		return nil, fmt.Errorf("profiling the machine: %w", err)
	}
	for name, content := range map[string][]byte{"machine.wasm": watched, "profile.mjs": script, "input.json": input} {
		if err := os.WriteFile(file(name), content, 0o600); err != nil {
			return nil, fmt.Errorf("profiling the machine: %w", err)
		}
	}
	cmd := exec.CommandContext(ctx, "node", "--stack-size=8192", file("profile.mjs"), file("input.json"))
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("profiling the machine with node, which must be on the PATH: %w\n%s", err, strings.TrimSpace(said.String()))
	}
	var p profile
	if err := json.Unmarshal(out, &p); err != nil {
		return nil, fmt.Errorf("profiling the machine: %w\n%s", err, out)
	}
	if len(p.First) == 0 || len(p.Usual) == 0 {
		return nil, errors.New("profiling the machine: none of its functions was called")
	}
	return &p, nil
}

// bundleProfile makes the script that profiles.
func bundleProfile(root string) ([]byte, error) {
	loader, err := wasmExec(root)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: root,
		EntryPoints:   []string{"web/profile.ts"},
		Outfile:       "profile.mjs",
		Bundle:        true,
		Format:        api.FormatESModule,
		Platform:      api.PlatformNode,
		Target:        target,
		Plugins:       []api.Plugin{aliased(root, map[string]string{"wasm_exec": loader})},
	})
	if err := problems(result.Errors); err != nil {
		return nil, err
	}
	return result.OutputFiles[0].Contents, nil
}
