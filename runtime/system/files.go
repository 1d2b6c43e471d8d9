package system

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Files are the host's files as a program may read them, by the paths the host
// understands. What a program writes stays in its own memory and lies over
// them: see file_server.ex.
type Files interface {
	ReadFile(path string) ([]byte, error)
	Stat(path string) (fs.FileInfo, error)
	ReadDir(path string) ([]fs.DirEntry, error)
}

// Disk is the files of the operating system.
type Disk struct{}

func (Disk) ReadFile(path string) ([]byte, error)       { return os.ReadFile(path) }
func (Disk) Stat(path string) (fs.FileInfo, error)      { return os.Stat(path) }
func (Disk) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

// noFiles is a host without files: a browser.
type noFiles struct{}

func (noFiles) ReadFile(string) ([]byte, error)       { return nil, fs.ErrNotExist }
func (noFiles) Stat(string) (fs.FileInfo, error)      { return nil, fs.ErrNotExist }
func (noFiles) ReadDir(string) ([]fs.DirEntry, error) { return nil, fs.ErrNotExist }

// fileBuiltins are what the library asks of the host about files, under the
// module name vivarium_files. Each takes a path as a binary and gives
// {:error, posix} when the host refuses.
func fileBuiltins(files Files) []vm.Builtin {
	if files == nil {
		files = noFiles{}
	}
	builtin := func(name string, f func(c *vm.Context, path string) (term.Term, error)) vm.Builtin {
		return vm.Builtin{Module: "vivarium_files", Name: name, Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term {
			path, ok := args[0].BinaryBytes()
			if !ok {
				return c.BadArg()
			}
			result, err := f(c, string(path))
			if err != nil {
				return term.Tuple(c, term.AtomError, term.Atom(posix(err)))
			}
			return result
		}}
	}
	return []vm.Builtin{
		// read(path) -> {:ok, binary}
		builtin("read", func(c *vm.Context, path string) (term.Term, error) {
			data, err := files.ReadFile(path)
			if err != nil {
				return term.None, err
			}
			return term.Tuple(c, term.AtomOk, c.Binary(data)), nil
		}),
		// info(path) -> {:ok, :directory | :regular | :other, mode, seconds since 1970}
		builtin("info", func(c *vm.Context, path string) (term.Term, error) {
			info, err := files.Stat(path)
			if err != nil {
				return term.None, err
			}
			kind := "other"
			switch mode := info.Mode(); {
			case mode.IsDir():
				kind = "directory"
			case mode.IsRegular():
				kind = "regular"
			}
			return term.Tuple(c, term.AtomOk, term.Atom(kind),
				term.Int(int64(info.Mode().Perm())), term.Int(info.ModTime().Unix())), nil
		}),
		// list(path) -> {:ok, [binary]}
		builtin("list", func(c *vm.Context, path string) (term.Term, error) {
			entries, err := files.ReadDir(path)
			if err != nil {
				return term.None, err
			}
			names := make([]term.Term, len(entries))
			for i, e := range entries {
				names[i] = c.String(e.Name())
			}
			return term.Tuple(c, term.AtomOk, term.List(c, names...)), nil
		}),
	}
}

// posix names an error of the host's files as :file does.
func posix(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "enoent"
	case errors.Is(err, fs.ErrPermission):
		return "eacces"
	case errors.Is(err, syscall.EISDIR):
		return "eisdir"
	case errors.Is(err, syscall.ENOTDIR):
		return "enotdir"
	}
	return "eio"
}
