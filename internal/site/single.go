package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"vivarium/internal/slim"
)

// singleName is the single file's name on the site.
const singleName = "vivarium.html"

// singlePayload is what is packed into the single file besides the machine; web/offline/payload.ts has the same fields.
type singlePayload struct {
	Script    string            `json:"script"`
	Templates map[string]string `json:"templates"`
	Files     map[string]string `json:"files"`
}

// singleFile makes the edition of the site that is one HTML file and works from a disk without network: the front page, and
// in it, compressed, the app with its editor, every lesson and page, the worker and the machine. pages are the site's, style
// is its style sheet.
func singleFile(root string, machine, worker, theme, style []byte, pages []output) (output, error) {
	app, err := bundleSingle(root)
	if err != nil {
		return output{}, err
	}
	boot, err := bundleClassic(root, "web/offline/boot.ts", nil)
	if err != nil {
		return output{}, err
	}
	payload := singlePayload{Script: string(app), Templates: map[string]string{}, Files: map[string]string{}}
	var index string
	for _, p := range pages {
		html := string(p.content)
		folder, base, nested := strings.Cut(strings.TrimSuffix(p.name, ".html"), "/")
		switch {
		case p.name == "index.html":
			index = html
		case nested && base != "index" && strings.HasSuffix(p.name, ".html"):
			// "lessons/03-mailboxes.html" is the template "lesson-03-mailboxes".
			if payload.Templates[strings.TrimSuffix(folder, "s")+"-"+base], err = element(html, "article"); err != nil {
				return output{}, fmt.Errorf("%s: %w", p.name, err)
			}
		case strings.HasSuffix(p.name, ".html"):
			name := "page-" + strings.ReplaceAll(strings.TrimSuffix(p.name, ".html"), "/", "-")
			if payload.Templates[name], err = element(html, "main"); err != nil {
				return output{}, fmt.Errorf("%s: %w", p.name, err)
			}
		case strings.HasSuffix(p.name, ".livemd"), strings.HasSuffix(p.name, ".json"):
			payload.Files[p.name] = html
		}
	}
	text, err := json.Marshal(payload)
	if err != nil {
		return output{}, fmt.Errorf("making the single file: %w", err)
	}
	packed, err := packText(text)
	if err != nil {
		return output{}, err
	}
	streams, err := slim.Streams(machine)
	if err != nil {
		return output{}, fmt.Errorf("making the single file: %w", err)
	}
	code, err := packText(streams)
	if err != nil {
		return output{}, err
	}
	page, err := fillSingle(index, singleParts{theme: string(theme), boot: string(boot), style: string(style), worker: string(worker), payload: packed, machine: code})
	if err != nil {
		return output{}, fmt.Errorf("making the single file: %w", err)
	}
	return output{singleName, []byte(page)}, nil
}

// singleParts is what goes into the page.
type singleParts struct{ theme, boot, style, worker, payload, machine string }

var (
	headLink    = regexp.MustCompile(`<link rel="(?:icon|apple-touch-icon|manifest|alternate|modulepreload)"[^>]*>\n?`)
	themeScript = regexp.MustCompile(`<script src="[^"]*theme-[^"]*"></script>`)
	styleLink   = regexp.MustCompile(`<link rel="stylesheet" href="[^"]*">`)
	appScript   = regexp.MustCompile(`<script type="module" src="[^"]*"></script>\n?`)
)

// fillSingle puts everything into the page that the site has beside it. Its own content security policy lets nothing out:
// the file can be given to anybody.
func fillSingle(page string, p singleParts) (string, error) {
	for name, part := range map[string]string{"script": p.theme + p.boot + p.worker, "style": p.style} {
		if strings.Contains(strings.ToLower(part), "</"+name) || strings.Contains(part, "<!--") {
			return "", fmt.Errorf("a %s holds what would end its element", name)
		}
	}
	page = headLink.ReplaceAllString(page, "")
	security := `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ` + inlineHash(p.theme) + " " + inlineHash(p.boot) +
		` blob: 'wasm-unsafe-eval'; style-src ` + inlineHash(p.style) + `; img-src data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'">`
	for _, change := range []struct {
		what *regexp.Regexp
		with string
	}{
		{themeScript, security + "\n<link rel=\"icon\" href=\"data:,\">\n<script>" + p.theme + "</script>"},
		{styleLink, "<style>" + p.style + "</style>"},
		{appScript, ""},
	} {
		if n := len(change.what.FindAllString(page, -1)); n != 1 {
			return "", fmt.Errorf("the front page has %d of %s, and not one", n, change.what)
		}
		page = change.what.ReplaceAllLiteralString(page, change.with)
	}
	data := `<script type="text/plain" id="v-payload">` + p.payload + "</script>\n" +
		`<script type="text/plain" id="v-worker">` + p.worker + "</script>\n" +
		`<script type="text/plain" id="v-machine">` + p.machine + "</script>\n" +
		"<script>" + p.boot + "</script>\n</body>"
	if strings.Count(page, "</body>") != 1 || strings.Count(page, "<html ") != 1 {
		return "", fmt.Errorf("the front page has not one body")
	}
	page = strings.Replace(page, "<html ", "<html data-single ", 1)
	return strings.Replace(page, "</body>", data, 1), nil
}

// inlineHash names an inline script or style in a content security policy.
func inlineHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// packText compresses with gzip, which every browser's DecompressionStream knows (brotli's is not everywhere), and writes the
// bytes as text.
func packText(content []byte) (string, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		panic("BUG: the level is one of gzip's own")
	}
	if _, err := w.Write(content); err != nil {
		return "", fmt.Errorf("compressing for the single file: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("compressing for the single file: %w", err)
	}
	return toBase85(packed.Bytes()), nil
}

// element returns the one element of a name in a page: an article as a whole, of main what is in it.
func element(html, name string) (string, error) {
	from, to := strings.Index(html, "<"+name), strings.LastIndex(html, "</"+name+">")
	if from < 0 || to < from || strings.Count(html, "<"+name+" ") != 1 {
		return "", fmt.Errorf("the page has not one %s", name)
	}
	if name == "main" {
		return html[from+strings.Index(html[from:], ">")+1 : to], nil
	}
	return html[from : to+len("</"+name+">")], nil
}

// bundleSingle makes the app of the single file: one classic script with everything in it. What speaks of addresses on the
// site is exchanged: where the machine comes from, and the service worker, which a file cannot have.
func bundleSingle(root string) ([]byte, error) {
	stands := map[string]string{
		filepath.Join(root, "web", "source.ts"):         filepath.Join(root, "web", "offline", "source.ts"),
		filepath.Join(root, "web", "offline", "pwa.ts"): filepath.Join(root, "web", "offline", "none.ts"),
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{"web/offline/single.ts"},
		Outfile:           "single.js",
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            target,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsEndOfFile,
		Plugins: []api.Plugin{{Name: "edition", Setup: func(build api.PluginBuild) {
			build.OnResolve(api.OnResolveOptions{Filter: `/(source|pwa)\.ts$`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
				if to, ok := stands[filepath.Join(args.ResolveDir, args.Path)]; ok {
					return api.OnResolveResult{Path: to}, nil
				}
				return api.OnResolveResult{}, nil
			})
		}}, aliased(root, nil)},
	})
	if err := problems(result.Errors); err != nil {
		return nil, err
	}
	return result.OutputFiles[0].Contents, nil
}
