// Package site builds and serves Vivarium's web page.
//
// A build is a plain directory of static files:
//
//	index.html               the front page: a living system, and the visitor's own program
//	lessons/, examples/      a page and a notebook for each lesson and example, the table of contents, what is searched
//	about.html ...           pages to read
//	assets/app-HASH.js       what the first paint needs, and app-HASH.css
//	assets/editor-HASH.js    the editor, loaded after the first paint (and the chunks both share)
//	assets/worker-HASH.js    the worker that owns the machine
//	assets/vivarium-HASH.wasm  the machine, as far as the front page needs it, and
//	assets/*-HASH.wasm       what is left of it, in pieces that are loaded when something in them is called
//	embed.js, embed.html     for other people's pages
//	sw.js, manifest.webmanifest, *.png  for use without network
//	vivarium.html            all of it in one file
//
// with a .br and a .gz beside each file worth compressing. Every address in it is relative, so it works under any path
// of any static host. Names carry the hash of the content, so assets may be cached for ever.
package site

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"vivarium/internal/site/builtin"
)

// Options says what Build builds.
type Options struct {
	// Root is the module's directory. Empty: the nearest directory above the working directory with this module's go.mod.
	Root string
	// Out is the directory to build; it is replaced as a whole, and only when the build succeeded. Empty: dist under Root.
	Out string
	// Address is where the site will be, "https://vivarium.example/". Only oEmbed needs it, which wants whole addresses;
	// without it there is none, and everything else is the same. Empty: not known.
	Address string
	// Log receives a line for each step. Nil: nothing is said.
	Log io.Writer
}

// File is one file of a built site, sizes in bytes.
type File struct {
	Name   string
	Size   int64
	Brotli int64 // equal to Size for a file that is not compressed
}

// Report says what a build made.
type Report struct {
	Out   string
	Files []File
	First []string // the names of those that a first visit to the front page loads
}

// Weight is what a first visit to the front page loads in all, editor included, in bytes, brotli-compressed.
func (r *Report) Weight() int64 {
	var sum int64
	for _, f := range r.Files {
		if slices.Contains(r.First, f.Name) {
			sum += f.Brotli
		}
	}
	return sum
}

// Build builds the site. It runs the go command for the WebAssembly binary; npm packages must be installed.
func Build(ctx context.Context, o Options) (*Report, error) {
	root, err := moduleRoot(o.Root)
	if err != nil {
		return nil, err
	}
	out := o.Out
	if out == "" {
		out = filepath.Join(root, "dist")
	}
	log := o.Log
	if log == nil {
		log = io.Discard
	}

	work, err := os.MkdirTemp(filepath.Dir(out), ".site-")
	if err != nil {
		return nil, fmt.Errorf("building the site: %w", err)
	}
	defer os.RemoveAll(work)
	if err := os.Chmod(work, 0o755); err != nil {
		return nil, fmt.Errorf("building the site: %w", err)
	}

	fmt.Fprintln(log, "site: compiling the machine to WebAssembly")
	wasm, err := buildWasm(ctx, root, log)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(log, "site: bundling the page")
	files, first, err := bundle(root, wasm, o.Address)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		name := filepath.Join(work, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return nil, fmt.Errorf("writing the site: %w", err)
		}
		if err := os.WriteFile(name, f.content, 0o644); err != nil {
			return nil, fmt.Errorf("writing the site: %w", err)
		}
	}
	fmt.Fprintln(log, "site: compressing")
	report, err := compress(work, out, files)
	if err != nil {
		return nil, err
	}
	report.First = first
	if err := replace(out, work); err != nil {
		return nil, err
	}
	if err := takeAlong(out, filepath.Join(root, filepath.FromSlash(builtin.Folder)), report.Files); err != nil {
		return nil, err
	}
	for _, f := range report.Files {
		if !strings.Contains(f.Name, "/") || strings.HasPrefix(f.Name, "assets/") {
			fmt.Fprintf(log, "site: %9d bytes, %8d with brotli  %s\n", f.Size, f.Brotli, f.Name)
		}
	}
	fmt.Fprintf(log, "site: %s is built; a first visit loads %.2f MB\n", out, float64(report.Weight())/1e6)
	return report, nil
}

// takeAlong puts the site where the next go build takes it into the binary, see package builtin. What was there before goes.
func takeAlong(out, folder string, files []File) error {
	old, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return fmt.Errorf("taking the site along: %w", err)
	}
	for _, name := range old {
		if filepath.Base(name) == "README.md" {
			continue
		}
		if err := os.RemoveAll(name); err != nil {
			return fmt.Errorf("taking the site along: %w", err)
		}
	}
	for _, f := range files {
		name := filepath.FromSlash(f.Name)
		content, err := os.ReadFile(filepath.Join(out, name+".gz"))
		if err == nil {
			name += ".gz"
		} else if content, err = os.ReadFile(filepath.Join(out, name)); err != nil {
			return fmt.Errorf("taking the site along: %w", err)
		}
		to := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return fmt.Errorf("taking the site along: %w", err)
		}
		if err := os.WriteFile(to, content, 0o644); err != nil {
			return fmt.Errorf("taking the site along: %w", err)
		}
	}
	return nil
}

// output is a file of the site before it is written; name is slash-separated and relative.
type output struct {
	name    string
	content []byte
}

// hashed puts the content's hash into a name: "worker.js" becomes "assets/worker-1A2B3C4D.js".
func hashed(name string, content []byte) output {
	sum := sha256.Sum256(content)
	ext := filepath.Ext(name)
	hash := strings.ToUpper(hex.EncodeToString(sum[:4]))
	return output{"assets/" + strings.TrimSuffix(name, ext) + "-" + hash + ext, content}
}

// replace puts the directory work in the place of out.
func replace(out, work string) error {
	if err := os.RemoveAll(out); err != nil {
		return fmt.Errorf("replacing the old site: %w", err)
	}
	if err := os.Rename(work, out); err != nil {
		return fmt.Errorf("replacing the old site: %w", err)
	}
	return nil
}

// moduleRoot returns the module's directory.
func moduleRoot(given string) (string, error) {
	if given != "" {
		return filepath.Abs(given)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the module: %w", err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module vivarium\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the site is built from Vivarium's source tree: no go.mod of module vivarium in this directory or above it")
		}
		dir = parent
	}
}
