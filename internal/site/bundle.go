package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// target is the oldest JavaScript the page may use: what every browser with the WebAssembly features of Go understands.
const target = api.ES2022

// bundle makes every file of the site but the compressed ones.
func bundle(root string, wasm []byte) ([]output, error) {
	machine := hashed("vivarium.wasm", wasm)
	worker, err := bundleWorker(root)
	if err != nil {
		return nil, err
	}
	files := []output{machine, worker}
	page, err := bundlePage(root, map[string]string{
		// Relative to the scripts, which lie in the same directory.
		"MACHINE_URL": quote("./" + strings.TrimPrefix(machine.name, "assets/")),
		"WORKER_URL":  quote("./" + strings.TrimPrefix(worker.name, "assets/")),
	})
	if err != nil {
		return nil, err
	}
	return append(files, page...), nil
}

// bundleWorker makes the classic worker script, Go's loader inside it.
func bundleWorker(root string) (output, error) {
	loader, err := wasmExec(root)
	if err != nil {
		return output{}, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{"web/worker.ts"},
		Outfile:           "worker.js",
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            target,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsEndOfFile,
		Plugins: []api.Plugin{{
			Name: "wasm_exec",
			Setup: func(build api.PluginBuild) {
				build.OnResolve(api.OnResolveOptions{Filter: `^wasm_exec$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
					return api.OnResolveResult{Path: loader}, nil
				})
			},
		}},
	})
	if err := problems(result.Errors); err != nil {
		return output{}, err
	}
	return hashed("worker.js", result.OutputFiles[0].Contents), nil
}

// bundlePage makes index.html with the scripts and the style it loads.
func bundlePage(root string, define map[string]string) ([]output, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{"web/app.ts", "web/app.css"},
		Outdir:            "assets",
		EntryNames:        "[name]-[hash]",
		ChunkNames:        "[name]-[hash]",
		Bundle:            true,
		Splitting:         true,
		Format:            api.FormatESModule,
		Target:            target,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsEndOfFile,
		Define:            define,
		Metafile:          true,
	})
	if err := problems(result.Errors); err != nil {
		return nil, err
	}
	var files []output
	for _, f := range result.OutputFiles {
		name, err := filepath.Rel(filepath.Join(root, "assets"), f.Path)
		if err != nil {
			return nil, fmt.Errorf("bundling the page: %w", err)
		}
		files = append(files, output{"assets/" + filepath.ToSlash(name), f.Contents})
	}
	entries, err := entryNames(result.Metafile)
	if err != nil {
		return nil, err
	}
	html, err := os.ReadFile(filepath.Join(root, "web", "index.html"))
	if err != nil {
		return nil, fmt.Errorf("bundling the page: %w", err)
	}
	list, err := lessonList()
	if err != nil {
		return nil, err
	}
	index, err := fillPage(string(html), entries, list)
	if err != nil {
		return nil, err
	}
	return append(files, output{"index.html", []byte(index)}), nil
}

// entryNames reads from esbuild's metafile which output stands for which entry point.
func entryNames(metafile string) (map[string]string, error) {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string `json:"entryPoint"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return nil, fmt.Errorf("reading esbuild's metafile: %w", err)
	}
	names := map[string]string{}
	for name, out := range meta.Outputs {
		if out.EntryPoint != "" {
			names[out.EntryPoint] = name
		}
	}
	return names, nil
}

var comments = regexp.MustCompile(`(?s)\n?\s*<!--.*?-->`)

const lessonsPlace = `<script type="application/json" id="lessons-data"></script>`

// fillPage puts the built names into index.html in place of the sources', and the lessons into their element, and takes
// the comments out.
func fillPage(html string, entries map[string]string, lessons []byte) (string, error) {
	html = comments.ReplaceAllString(html, "")
	for entry, attribute := range map[string]string{
		"web/app.css": `href="./app.css"`,
		"web/app.ts":  `src="./app.ts"`,
	} {
		built, ok := entries[entry]
		if !ok || strings.Count(html, attribute) != 1 {
			return "", fmt.Errorf("index.html must name %s once, and esbuild must build it", entry)
		}
		name, _, _ := strings.Cut(attribute, "=")
		html = strings.Replace(html, attribute, name+`="./`+built+`"`, 1)
	}
	before, after, found := strings.Cut(html, lessonsPlace)
	if !found {
		return "", errors.New("index.html must have a place for the lessons")
	}
	return before + strings.TrimSuffix(lessonsPlace, "</script>") + string(lessons) + "</script>" + after, nil
}

// problems turns esbuild's messages into one error, each as "file:line:column: text".
func problems(messages []api.Message) error {
	if len(messages) == 0 {
		return nil
	}
	var lines []string
	for _, m := range messages {
		where := ""
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d:%d: ", m.Location.File, m.Location.Line, m.Location.Column+1)
		}
		lines = append(lines, where+m.Text)
	}
	return errors.New("bundling: " + strings.Join(lines, "\n"))
}

// quote writes a string as a JavaScript expression.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("BUG: a string always marshals")
	}
	return string(b)
}
