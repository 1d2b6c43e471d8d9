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

// ImageFiles are where the build puts the image, relative to this package, in
// three pieces: what the first program takes, what the usual ones take, and the
// rest. A page loads the second and the third when a program needs them.
var ImageFiles = [...]string{"image/first.bin", "image/usual.bin", "image/rest.bin"}

// ErrNoImage says that the program was built before the image was.
var ErrNoImage = errors.New("the standard library has not been compiled: run ./build.sh, or go generate ./runtime/stdlib")

// Image opens the image of the library. Whoever opens it gets the same one,
// which does not change.
var Image = sync.OnceValues(func() (*code.Image, error) {
	data, err := image.ReadFile(ImageFiles[0])
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoImage
	}
	if err != nil {
		return nil, err
	}
	return code.OpenImage(data, usual)
})

var (
	usual = sync.OnceValues(openUsual)
	rest  = sync.OnceValues(openRest)
)

// openUsual and openRest are the only functions that look at the second image
// and at the third: a page loads an image's bytes when they are called. See
// internal/site.
//
//go:noinline
func openUsual() (*code.Image, error) {
	data, err := image.ReadFile(ImageFiles[1])
	if err != nil {
		return nil, err
	}
	return code.OpenImage(data, rest)
}

//go:noinline
func openRest() (*code.Image, error) {
	data, err := image.ReadFile(ImageFiles[2])
	if err != nil {
		return nil, err
	}
	return code.OpenImage(data, nil)
}

// The names of the modules in the first image and in the second, a line each. A
// test in lessons/proof writes them.
var (
	//go:embed first.txt
	firstModules string
	//go:embed usual.txt
	usualModules string
)

// Places tells in which of the images a module is to be.
func Places() func(module string) int {
	places := map[string]int{}
	for i, names := range []string{firstModules, usualModules} {
		for _, name := range strings.Fields(names) {
			places[name] = i
		}
	}
	return func(module string) int {
		if place, ok := places[module]; ok {
			return place
		}
		return len(ImageFiles) - 1
	}
}
