package site

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// target is the oldest JavaScript the page may use: what every browser with the WebAssembly features of Go understands.
const target = api.ES2022

// bundle makes every file of the site but the compressed ones, and tells which of them a first visit to the front page
// loads. The site's address is empty when it is not known.
func bundle(root string, machine *machine, address string) (files []output, first []string, err error) {
	var addresses []string
	for i, piece := range machine.pieces {
		file := hashed(pieces[i], piece)
		files = append(files, file)
		// Relative to the scripts, which lie in the same directory.
		addresses = append(addresses, "./"+strings.TrimPrefix(file.name, "assets/"))
	}
	workerScript, err := bundleWorker(root)
	if err != nil {
		return nil, nil, err
	}
	worker := hashed("worker.js", workerScript)
	themeScript, err := bundleClassic(root, "web/theme.ts", nil)
	if err != nil {
		return nil, nil, err
	}
	theme := hashed("theme.js", themeScript)
	programs, err := embedLessons()
	if err != nil {
		return nil, nil, err
	}
	files = append(files, worker, theme, programs)

	modules, err := bundleModules(root, map[string]string{
		"MACHINE_URLS": quote(addresses),
		"WORKER_URL":   quote("./" + strings.TrimPrefix(worker.name, "assets/")),
		"LESSONS_URL":  quote("./" + strings.TrimPrefix(programs.name, "assets/")),
	})
	if err != nil {
		return nil, nil, err
	}
	files = append(files, modules.files...)
	built := modules.names
	built["web/theme.ts"] = theme.name

	html, err := pages(root, built)
	if err != nil {
		return nil, nil, err
	}
	files = append(files, html...)

	embed, err := embedFiles(root, built)
	if err != nil {
		return nil, nil, err
	}
	files = append(files, embed...)
	for i, f := range files {
		if strings.HasSuffix(f.name, ".html") {
			files[i].content = preload(f.content, modules.imports)
		}
	}

	install, err := installFiles()
	if err != nil {
		return nil, nil, err
	}
	files = append(files, install...)
	if address != "" {
		if files, err = addOembed(files, address); err != nil {
			return nil, nil, err
		}
	}
	keeper, err := serviceWorker(root, files)
	if err != nil {
		return nil, nil, err
	}
	files = append(files, keeper)

	var style []byte
	for _, m := range modules.files {
		if m.name == built["web/app.css"] {
			style = m.content
		}
	}
	single, err := singleFile(root, machine.whole, workerScript, themeScript, style, html)
	if err != nil {
		return nil, nil, err
	}
	first = []string{"index.html", files[0].name, worker.name, theme.name, built["web/app.css"]}
	for _, script := range []string{"web/app.ts", "web/editor/editor.ts"} {
		first = append(append(first, built[script]), modules.imports[built[script]]...)
	}
	slices.Sort(first)
	return append(files, single), slices.Compact(first), nil
}

// bundleWorker makes the classic worker script, Go's loader inside it.
func bundleWorker(root string) ([]byte, error) {
	loader, err := wasmExec(root)
	if err != nil {
		return nil, err
	}
	return bundleClassic(root, "web/worker.ts", map[string]string{"wasm_exec": loader})
}

// bundleClassic makes one script that is no module out of an entry point. Aliases stand for files by a name of ours.
func bundleClassic(root, entry string, aliases map[string]string) ([]byte, error) {
	return bundleScript(root, entry, aliases, nil)
}

// bundleScript is bundleClassic with values for names.
func bundleScript(root, entry string, aliases, define map[string]string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{entry},
		Outfile:           "script.js",
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            target,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsEndOfFile,
		Define:            define,
		Plugins:           []api.Plugin{aliased(root, aliases)},
	})
	if err := problems(result.Errors); err != nil {
		return nil, err
	}
	return result.OutputFiles[0].Contents, nil
}

// entryPoints are the scripts and styles that pages name. Scripts share chunks.
var entryPoints = []string{"web/app.ts", "web/page.ts", "web/app.css", "web/embed/frame.ts", "web/embed/embed.css"}

// bundled is what bundleModules makes.
type bundled struct {
	files   []output
	names   map[string]string   // of what was built, by the source
	imports map[string][]string // what each script imports at once
}

// bundleModules makes the module scripts and the styles.
func bundleModules(root string, define map[string]string) (bundled, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       entryPoints,
		Outdir:            "assets",
		Outbase:           "web",
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
		Plugins:           []api.Plugin{aliased(root, nil)},
	})
	if err := problems(result.Errors); err != nil {
		return bundled{}, err
	}
	var files []output
	for _, f := range result.OutputFiles {
		name, err := filepath.Rel(filepath.Join(root, "assets"), f.Path)
		if err != nil {
			return bundled{}, fmt.Errorf("bundling the page: %w", err)
		}
		files = append(files, output{"assets/" + filepath.ToSlash(name), f.Contents})
	}
	built, imports, err := readMetafile(result.Metafile)
	return bundled{files, built, imports}, err
}

// aliased resolves names to files of our choice. One alias there is always: CodeMirror writes its rules into a <style>
// element, which our content security policy forbids; web/editor/rules.ts puts them into a sheet that the script makes.
func aliased(root string, names map[string]string) api.Plugin {
	return api.Plugin{Name: "aliases", Setup: func(build api.PluginBuild) {
		for name, path := range names {
			build.OnResolve(api.OnResolveOptions{Filter: "^" + regexp.QuoteMeta(name) + "$"}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
				return api.OnResolveResult{Path: path}, nil
			})
		}
		rules := filepath.Join(root, "web", "editor", "rules.ts")
		build.OnResolve(api.OnResolveOptions{Filter: "^style-mod$"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.Importer == rules {
				return api.OnResolveResult{}, nil // the real one
			}
			return api.OnResolveResult{Path: rules}, nil
		})
	}}
}

// readMetafile reads from esbuild's metafile which output stands for which entry point, and which scripts each output
// imports at once, directly or by others.
func readMetafile(metafile string) (names map[string]string, imports map[string][]string, err error) {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string `json:"entryPoint"`
			Imports    []struct {
				Path string `json:"path"`
				Kind string `json:"kind"`
			} `json:"imports"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return nil, nil, fmt.Errorf("reading esbuild's metafile: %w", err)
	}
	names, imports = map[string]string{}, map[string][]string{}
	for name, out := range meta.Outputs {
		if out.EntryPoint != "" {
			names[out.EntryPoint] = name
		}
		var reach func(name string)
		reach = func(from string) {
			for _, i := range meta.Outputs[from].Imports {
				if i.Kind == "import-statement" && !slices.Contains(imports[name], i.Path) {
					imports[name] = append(imports[name], i.Path)
					reach(i.Path)
				}
			}
		}
		reach(name)
		slices.Sort(imports[name])
	}
	return names, imports, nil
}

// moduleScript finds a module script and the way from its page to assets/.
var moduleScript = regexp.MustCompile(`<script type="module"( crossorigin)? src="([^"]*/)(assets/[^"]+)"></script>`)

// preload lets a page name what its module imports, so that all of it is loaded at once and not one after the other.
func preload(html []byte, imports map[string][]string) []byte {
	return moduleScript.ReplaceAllFunc(html, func(found []byte) []byte {
		part := moduleScript.FindSubmatch(found)
		out := bytes.Clone(found)
		for _, name := range imports[string(part[3])] {
			out = fmt.Appendf(out, "\n<link rel=\"modulepreload\"%s href=\"%s%s\">", part[1], part[2], name)
		}
		return out
	})
}

var comments = regexp.MustCompile(`(?s)\n?\s*<!--.*?-->`)

// sourceNames finds where a page names a script or a style by its source, relative to web/.
var sourceNames = regexp.MustCompile(`(href|src)="\./([\w/-]+\.(?:ts|css))"`)

// fillPage puts the built names into a page in place of the sources', and takes the comments out.
func fillPage(html string, built map[string]string) (string, error) {
	var missing []string
	html = sourceNames.ReplaceAllStringFunc(comments.ReplaceAllString(html, ""), func(found string) string {
		part := sourceNames.FindStringSubmatch(found)
		name, ok := built["web/"+part[2]]
		if !ok {
			missing = append(missing, part[2])
		}
		return part[1] + `="./` + name + `"`
	})
	if missing != nil {
		return "", fmt.Errorf("a page names what is not built: %s", strings.Join(missing, ", "))
	}
	return html, nil
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

// quote writes a string or several as a JavaScript expression.
func quote[T string | []string](s T) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("BUG: strings always marshal")
	}
	return string(b)
}
