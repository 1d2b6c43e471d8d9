package site

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
)

// Below this many bytes compression saves no packet.
const compressFrom = 512

// What is compressed by its nature.
var packedAlready = []string{".png"}

// compress writes a .br and a .gz beside each file in dir that is worth it. A file that the site in old already had
// under the same name and content lends its compressed forms: the best brotli takes half a minute for the machine.
func compress(dir, old string, files []output) (*Report, error) {
	report := &Report{Out: old}
	for _, f := range files {
		name := filepath.FromSlash(f.name)
		entry := File{Name: f.name, Size: int64(len(f.content)), Brotli: int64(len(f.content))}
		if len(f.content) >= compressFrom && !slices.Contains(packedAlready, path.Ext(f.name)) {
			known := false
			if before, err := os.ReadFile(filepath.Join(old, name)); err == nil {
				known = bytes.Equal(before, f.content)
			}
			for _, kind := range encodings {
				packed, err := os.ReadFile(filepath.Join(old, name+kind.suffix))
				if !known || err != nil {
					if packed, err = kind.pack(f.content); err != nil {
						return nil, fmt.Errorf("compressing %s: %w", f.name, err)
					}
				}
				if err := os.WriteFile(filepath.Join(dir, name+kind.suffix), packed, 0o644); err != nil {
					return nil, fmt.Errorf("compressing %s: %w", f.name, err)
				}
				if kind.name == "br" {
					entry.Brotli = int64(len(packed))
				}
			}
		}
		report.Files = append(report.Files, entry)
	}
	slices.SortFunc(report.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return report, nil
}

// encoding is a way to compress, by its name in HTTP and by the suffix of its files.
type encoding struct {
	name, suffix string
	open         func(io.Writer) io.WriteCloser
}

// encodings, the best one first.
var encodings = []encoding{
	{"br", ".br", func(w io.Writer) io.WriteCloser {
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
	}},
	{"gzip", ".gz", func(w io.Writer) io.WriteCloser {
		z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
		if err != nil {
			panic("BUG: the level is one of gzip's own")
		}
		return z
	}},
}

func (e encoding) pack(content []byte) ([]byte, error) {
	var packed bytes.Buffer
	w := e.open(&packed)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
