// Package builtin holds the built site inside the binary, for a computer that has nothing but the binary.
//
// The files lie in the folder "site" beside this file, put there by `vivarium build` before the binary is built a second
// time. A file worth compressing is there only as NAME.gz: browsers take gzip over plain HTTP, which is what a classroom's
// network has, and brotli only over HTTPS.
package builtin

import (
	"embed"
	"io/fs"
)

//go:embed all:site
var files embed.FS

// Folder is where the site lies, relative to the module's directory.
const Folder = "internal/site/builtin/site"

// Site returns the built site, and false when the binary was built without one.
func Site() (fs.FS, bool) {
	site, err := fs.Sub(files, "site")
	if err != nil {
		panic("BUG: the folder is embedded")
	}
	for _, name := range []string{"index.html", "index.html.gz"} {
		if _, err := fs.Stat(site, name); err == nil {
			return site, true
		}
	}
	return nil, false
}
