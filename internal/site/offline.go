package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// manifest is the web app manifest, from which a browser installs the site.
func manifest() (output, error) {
	type pwaIcon struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose"`
	}
	entry := map[string]any{
		"name":             "Vivarium: see Elixir processes live",
		"short_name":       "Vivarium",
		"description":      "A playground in which you see Elixir processes live: born, sending, waiting, crashing, restarted by their supervisors.",
		"lang":             "en",
		"id":               "./",
		"start_url":        "./",
		"scope":            "./",
		"display":          "standalone",
		"background_color": "#f6f5ef",
		"theme_color":      "#0b7a5b",
		"categories":       []string{"education", "developer"},
	}
	var list []pwaIcon
	for _, i := range icons {
		purpose := "any"
		if i.corner == 0 {
			purpose = "maskable"
		}
		if i.name != appleIcon {
			list = append(list, pwaIcon{"./" + i.name, fmt.Sprintf("%[1]dx%[1]d", i.size), "image/png", purpose})
		}
	}
	entry["icons"] = list
	text, err := json.MarshalIndent(entry, "", "  ")
	if err != nil {
		return output{}, fmt.Errorf("writing the manifest: %w", err)
	}
	return output{"manifest.webmanifest", append(text, '\n')}, nil
}

// appleIcon is the one icon that is named by the pages and not by the manifest.
const appleIcon = "apple-touch-icon.png"

// installFiles makes what a browser needs to install the site.
func installFiles() ([]output, error) {
	list, err := manifest()
	if err != nil {
		return nil, err
	}
	files := []output{list}
	for _, i := range icons {
		picture, err := i.draw()
		if err != nil {
			return nil, err
		}
		files = append(files, output{i.name, picture})
	}
	return files, nil
}

// serviceWorker makes sw.js, which keeps the given files for use without network. It must stand beside index.html, since a
// service worker has power over its own directory only.
func serviceWorker(root string, files []output) (output, error) {
	names := make([]string, 0, len(files))
	sums := sha256.New()
	sorted := slices.SortedFunc(slices.Values(files), func(a, b output) int { return strings.Compare(a.name, b.name) })
	for _, f := range sorted {
		if strings.HasPrefix(f.name, "oembed/") {
			continue // for other people's servers
		}
		names = append(names, f.name)
		sum := sha256.Sum256(f.content)
		sums.Write([]byte(f.name))
		sums.Write(sum[:])
	}
	list, err := json.Marshal(names)
	if err != nil {
		return output{}, fmt.Errorf("writing the service worker: %w", err)
	}
	script, err := bundleScript(root, "web/offline/sw.ts", nil, map[string]string{
		"VERSION": quote(hex.EncodeToString(sums.Sum(nil)[:6])),
		"FILES":   string(list),
	})
	if err != nil {
		return output{}, err
	}
	return output{"sw.js", script}, nil
}
