// Package stdlib holds the standard library: its source in Elixir and the
// image of its bytecode, which the build makes from the source.
package stdlib

import (
	"embed"
	"errors"
	"io/fs"

	"vivarium/runtime/internal/code"
)

//go:generate go run vivarium/cmd/vivarium image

//go:embed all:image
var image embed.FS

// ImageFile is where the build puts the image, relative to this package.
const ImageFile = "image/stdlib.bin"

// ErrNoImage says that the program was built before the image was.
var ErrNoImage = errors.New("the standard library has not been compiled: run ./build.sh, or go generate ./runtime/stdlib")

// Image opens the image of the library.
func Image() (*code.Image, error) {
	data, err := image.ReadFile(ImageFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoImage
	}
	if err != nil {
		return nil, err
	}
	return code.OpenImage(data)
}
