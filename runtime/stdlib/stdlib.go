// Package stdlib holds the standard library: its source in Elixir and the
// image of its bytecode, which the build makes from the source.
package stdlib

import (
	"embed"
	"errors"
	"io/fs"
	"strings"
	"sync"

	"vivarium/runtime/internal/code"
)

//go:generate go run vivarium/cmd/vivarium image

//go:embed all:image
var image embed.FS

// ImageFile and RestFile are where the build puts the image, relative to this
// package. What the usual programs need is in the first; a page loads the second
// when a program needs more.
const (
	ImageFile = "image/stdlib.bin"
	RestFile  = "image/rest.bin"
)

// ErrNoImage says that the program was built before the image was.
var ErrNoImage = errors.New("the standard library has not been compiled: run ./build.sh, or go generate ./runtime/stdlib")

// Image opens the image of the library. Whoever opens it gets the same one,
// which does not change.
var Image = sync.OnceValues(func() (*code.Image, error) {
	data, err := image.ReadFile(ImageFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoImage
	}
	if err != nil {
		return nil, err
	}
	return code.OpenImage(data, rest)
})

var rest = sync.OnceValues(openRest)

// openRest is the only function that looks at the second image: a page loads the
// image's bytes when this is called. See internal/site.
//
//go:noinline
func openRest() (*code.Image, error) {
	data, err := image.ReadFile(RestFile)
	if err != nil {
		return nil, err
	}
	return code.OpenImage(data, nil)
}

// usual are the names of the modules in the first image, a line each. The test
// in lessons/proof writes it.
//
//go:embed usual.txt
var usual string

// Usual tells of a module whether it is to be in the first image.
func Usual() func(module string) bool {
	names := map[string]bool{}
	for _, name := range strings.Fields(usual) {
		names[name] = true
	}
	return func(module string) bool { return names[module] }
}
